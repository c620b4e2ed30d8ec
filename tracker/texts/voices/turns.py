"""Signs by which the word goes from one to another: labels, turns, judgements, camps."""

from __future__ import annotations

import re

from tracker.texts.voices.agents import listed, words

# "DEV: …", "Q: …" and not "UK: …".
LABEL = re.compile(
    r"((?:[A-Z][A-Z.'-]*)(?: [A-Z][A-Z.'-]*){0,3}|(?:Mr|Mrs|Ms|Dr|Prof|Professor|Sir"
    r"|Lady|Lord)\.? [A-Z][\w'-]+|Interviewer|Moderator|Host|Analyst|Operator"
    r"|Question|Answer|Caller|Guest|Reporter|Presenter|Chair): (?=\S)"
)
NAMELESS = words("Q A Question Answer")
NOT_LABELS = listed("not_labels")
NAME = re.compile(r"(?<![.\"'] )\b([A-Z][a-z-]+(?: (?:de |van |von )?[A-Z][a-z-]+){1,3})\b")
# "Brown: the pound will fall", and not "Outlook: the pound will fall".
COLON = re.compile(
    r"([A-Z][a-z'-]{1,20})(?: [A-Z][a-z'-]{1,20}){0,2}: (?=(?:the|an?|it|there|this|no"
    r"|his|her|its|their)\b)(?<!ion: )(?<!ity: )(?<!ent: )(?<!ing: )(?<!ics: )(?<!ies: )"
    r"(?<!ism: )(?<!ure: )(?<!nce: )(?<!ates: )"
)
SPOKEN = re.compile(r"(?:^|[.!?] )((?:The |Our |His |Her |A )?(?:[\w'-]+ ){0,3}[\w'-]+): \"")
# The author takes the word again.
TURN = re.compile(
    r"\W{0,3}(?:but|yet|however|still|nonetheless|nevertheless|in fact|in reality"
    r"|in truth|in practice|either way|in any case|whatever|not so|hardly"
    r"|all the same|that said|even so|don't|do not|expect|look for|watch for|alas"
    r"|nonsense|as for|so\b|this is|that is|these are|those are|the (?:truth|trouble"
    r"|problem|flaw|reality|catch|fact) )\b|.{0,200}\?$"
)
JUDGED = re.compile(
    r"\b(?:wrong|mistaken|right|disappointed|optimistic|pessimistic|cautious"
    r"|conservative|(?:too|strikes? \w+ as) (?:high|low|rosy|gloomy|soon|much)"
    r"|fanciful|wishful|naive|premature|overdone|exaggerated|implausible|far-fetched"
    r"|have a point|has a point|have a case|hold your breath|pigs|nonsense"
    r"|convinc(?:ed|ing)|persuade|overstated|understated|generous|misread|forget"
    r"|forgets|overlook|overlooks|ignores?|miss the point)\b"
)
ONWARD = re.compile(
    r"\W{0,3}(?:(?:and|so|for|then|also|moreover|worse|thus|therefore|yes|in (?:that"
    r"|this) (?:event|case|view|reading|telling|scenario)|on this (?:view|reading"
    r"|account)|from (?:this|that) perspective|instead|that way),? ){0,2}(?:they|he"
    r"|she|it|their|his|her|its|this (?:group|camp|view|side|school|reading|faction)"
    r"|these (?:voices|people|analysts|critics|men|women)|the (?:group|camp|idea"
    r"|argument|reasoning|logic|hope|fear|theory|former|latter|same))\b"
)
CONTRAST = re.compile(r"; |[,:] (?:but|yet|though|although|even though|while|whereas)\b")
# "Ann's argument is simple." What follows may be it.
ARGUMENT = re.compile(
    r"(?:'s|s'|\b(?:their|his|her|its))(?: [a-z]{1,20}){0,2} (?:argument|view|case|logic|reasoning"
    r"|claim|thesis|theory|message|prediction|forecast|verdict|line|position|warning|answer)"
    r" (?:is|was|runs|goes)(?: [\w',-]{1,20}){1,5}\W{0,2}$"
)
# Of these camps only "one school", "the other side" and the like: a school is also a house.
OTHERWISE = re.compile(
    r"schools?|sides?|wings?|camps?|voices|bulls?|bears?|hawks?|doves?|champions?|friends"
)
APART = words("one two three four another some other others rival both thought")
