"""A language model that is asked beside the rules, where somebody wants one."""
