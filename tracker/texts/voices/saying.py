"""The words by which a text gives somebody's view: verbs of saying, nouns of opinion, hearsay."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from tracker.texts.patterns import table
from tracker.texts.voices.agents import DETERMINERS, listed, words


def forms(verbs: str) -> frozenset[str]:
    """Verbs with the forms that end in s, ed and ing."""
    found: set[str] = set()
    for word in verbs.split():
        stem = word[:-1] if word.endswith(("e", "y")) else word
        if word.endswith("e"):
            found |= {word, word + "s", word + "d", stem + "ing"}
        elif word.endswith("y") and word[-2] not in "aeo":
            found |= {word, stem + "ies", stem + "ied", word + "ing"}
        else:
            s = "es" if word.endswith(("s", "ch", "sh", "x")) else "s"
            found |= {word, word + s, word + "ed", word + "ing"}
    return frozenset(found)


# Whose view it is: the author's own, a named party's, one who was named before, nobody's.
Who = Literal["own", "named", "pronoun", "nobody"]


class Report(NamedTuple):
    """Words that make a part of a sentence somebody's view."""

    who: Who
    start: int  # of the speaker's name
    verb: int
    whole: bool = False  # says it of all the sentence, as ", they say,"
    lasts: bool = False  # opens an argument that the next sentences may carry on
    speaker: str | None = None
    clause: bool = False  # followed by a clause, not by a thing


# Verbs whose subject has a view, whoever it is.
VIEWS = forms(table("voices")["words"]["views"]) | words(
    """
    say says said think thinks thought thinking foresee foresees foresaw swear swears swore
    fancies figures forecasts forecasting forecasted foretell foretells bets admitted hold
    holds held
    """
)
# Verbs that are as often nouns, or have other senses: only of those who can have a view.
AGENTS_VIEWS = forms(table("voices")["words"]["agents_views"]) | words(
    """
    see sees bet tip tips tipped tipping know knows find finds found feel feels felt paint
    paints write writes wrote tell tells told show shows shown wants want wagers forecast
    add adds added note notes noted maintain maintains maintained observe observes remark
    remarks remarked state states stated explain explains explained
    """
)
# Verbs that report only before a clause or a quotation.
TAGS = forms(table("voices")["words"]["tags"]) | words(
    """
    add adds added write writes wrote find finds found show shows shown hold holds held feel
    feels felt know knows knew paint paints
    """
)
FOLLOWED = {  # verbs that report only where these words follow
    "see": r"(?!to it\b|out\b|the (?:end|back|inside)\b)\w|[\"$]",
    "tell": r"(?:me|us|him|her|them|\w+'s|an?|the|you|reporters|parliament|[A-Z]\w+|[a-z]+s)\b",
    "told": r"\w|\"",
    "put": r"[^.;]{0,90}\b(?:at|odds|chances?|likelihood|probability|risk)\b",
    "give": (
        r"[^.;]{0,90}\b(?:chances?|probability|odds|likelihood|prospect|until|till"
        r"|answer|verdict|no more than|(?:weeks|months|years)"
        r"|(?:one|two|three) more)\b|[^.;]{0,40}\d"
    ),
    "have": (
        r"(?:it )?(?:[^.;,]{0,50} )?\bat (?:about |around |roughly )?[$£€]?\d|guided"
        r"|pencilled|penciled|(?:\w+ ){1,4}on \d|[^.;,]{1,40} (?:winning|losing|rising"
        r"|falling|down as|as (?:the )?favourites?)\b"
    ),
    "look": r"(?:\w+ )?(?:for|forward to)\b",
    "take": (
        r"(?:it for granted|the (?:opposite|contrary|other|same|gloomier|brighter"
        r"|gloomiest|brightest|longer) view|an? [\w-]+ view)\b"
    ),
    "offer": (
        r"an? (?:[\w-]+ )?(?:different|rival|other|contrary|gloomier|brighter|rosier"
        r"|second|alternative|darker|sunnier|starker|bleaker) (?:\w+ )?(?:reading|view"
        r"|account|story|explanation|interpretation|forecast|answer|picture)\b"
    ),
    "go": r"(?:still |even |much |one step )?further\b",
    "point": r"(?:out|to)\b",
    "guide": r"to\b|for\b", "guided": r"to\b|for\b",
    "talk": r"(?:up|down|of)\b", "speak": r"of\b", "hold": r"out\b|that\b|to the view\b",
    "count": r"on\b", "bank": r"on\b", "model": r"an?\b|the\b|growth\b", "call": r"(?:for|it)\b",
    "do": r"not\.", "does": r"not\.", "pencil": r"in\b", "lean": r"to(?:wards?)?\b",
    "plump": r"for\b", "set": r"the odds\b", "quote": r"[^.;]{0,40}\d",
    "make": r"it (?:\d|an?\b|evens|odds)",
    "read": r"(?:it|this|that|the \w+) (?:differently|otherwise|as)\b", "dream": r"of\b|that\b",
    "sketch": r"an?\b",
    "advise": r"(?:[^.;,]{1,40} )?that\b",
    "brace": r"for\b", "signal": r"(?:that|an?)\b",
}  # fmt: skip
LEMMAS = {
    "sees": "see", "advises": "advise", "advised": "advise",
    "tells": "tell", "puts": "put", "gives": "give", "gave": "give",
    "has": "have", "looks": "look", "looking": "look", "takes": "take", "took": "take",
    "offers": "offer", "goes": "go", "points": "point", "pointed": "point", "pointing": "point",
    "guides": "guide", "talks": "talk", "talking": "talk", "speaks": "speak", "spoke": "speak",
    "holds": "hold", "held": "hold", "counts": "count", "counting": "count", "banks": "bank",
    "banking": "bank", "models": "model", "calls": "call", "called": "call",
    "pencils": "pencil", "pencilled": "pencil", "penciled": "pencil",
    "leans": "lean", "plumps": "plump", "sets": "set", "quotes": "quote", "makes": "make",
    "reads": "read", "dreams": "dream", "dreaming": "dream", "sketches": "sketch",
    "braces": "brace", "bracing": "brace", "signals": "signal", "signalled": "signal",
}  # fmt: skip
FOLLOW = {verb: re.compile(pattern) for verb, pattern in FOLLOWED.items()}
MINDED = listed("minded")
SURE = words("sure certain")  # "is sure to" is no view
BE = words("been being is are was were remain remains 're 's be")
HEARSAY = listed("hearsay")
HEARD = words(
    """
    reportedly allegedly supposedly purportedly ostensibly rumoured rumored rumours rumors
    wisdom
    """
)
OPINIONS = listed("opinions")
VAGUE_OWNERS = listed("vague_owners")
ADVERBS = listed("adverbs")
BEFORE_NOUNS = listed("before_nouns")
NOUNS = forms(table("voices")["words"]["nouns"]) | words("show shows bet bets tip tips")
AFTER_NOUNS = listed("after_nouns")
PLAIN = listed("plain")
MODALS = words("won't wouldn't will would can could may might must should shall to let")
HAVE = words("has have had does do")
TALK = words("say argue tell counter point warn insist object reply")
NOBODY = words(
    """
    nobody no-one few none everyone everybody hardly scarcely no neither
    """
)
GROUPS = words("some others many most several both")
ANYBODY = words("anyone anybody everyone everybody someone somebody nobody no-one whoever")
# "contrary to what Ann says", "despite what they say"
AGAINST = words("to despite mind forget matter ignore")
DOUBTS = words("without beyond little much any some no")  # before "doubt", a noun
PEOPLE = words("he she they it") | GROUPS
AUTHORS = words("i we")
NOT_THEIRS = words("you one us who whom that what which there this")
AUTHORED = re.compile(
    r"(?:my|our) (?:own |best |latest |new |house )?(?:view|guess|model|forecast"
    r"|base|team|desk|economists?|analysts?|gut|instincts?|hunch|sense)\b"
    r"|this (?:newspaper|column|newsletter|paper|note|report|memorandum|blog|writer|author"
    r"|letter|desk)\b|(?:the (?:present )?|your )(?:author|writer|columnist)$"
)
# Clauses in which a view is only supposed, or not the point: "when the sides agree".
SUPPOSED = listed("supposed")
OPENERS = re.compile(  # camps
    r"camps?|schools?|sides?|factions?|wings?|voices|optimists?|pessimists?|bulls?"
    r"|bears?|hawks?|doves?|doomsters?|boosters?|critics?|supporters?|opponents?"
    r"|sceptics?|skeptics?|proponents?|advocates?|believers?|detractors?"
    r"|enthusiasts?|purists?|champions?|defenders?|friends|cynics?"
)
# Verbs that open an argument; what follows may still be theirs.
ARGUES = forms("argue believe contend counter retort") | words(
    "think thinks hold holds offer offers"
)
ARGUED = re.compile(
    r"differently|otherwise|(?:different|another|opposite|contrary|other"
    r"|rival) (?:\w+ )?(?:story|tale|view|reading|conclusion|picture|account|ideas?"
    r"|answer)|for granted|further\b"
)
INVERTED = listed("inverted")
ACCORDING = re.compile(
    r"\b(?:according to|(?:in|by) the (?:view|views|opinion|eyes|words|judgment|judgement"
    r"|estimation|reckoning|telling|minds?) of"
    r"|on the (?:view|reckoning|account|word|evidence|sums) of|if you believe"
    r"|to hear|as far as|to judge by|as per|courtesy of|as reported by|(?:by"
    r"|through) the lights of)(?= )",
    re.IGNORECASE,
)  # fmt: skip
THEIRS = re.compile(
    r"\b(?:in|on|from|by|to) (?:their|his|her|its|that|this) (?:own )?(?:view|views"
    r"|eyes|opinion|account|reckoning|telling|estimate|estimation|perspective|mind"
    r"|minds|book|figures|judgment|judgement|calculation|calculations|sums"
    r"|way of thinking|standpoint|point of view)\b"
    r"|\bas (?:they|he|she) (?:sees?|puts?|tells?|reads?) it\b|\b(?:on|in) (?:this"
    r"|that) (?:reading|theory|logic|argument|telling)\b|^\W{0,2}(?:to|for) (?:them"
    r"|him|her)\b|[:;] to (?:them|him|her)\b"
    r"|\b(?:their|his|her|its) (?:own |latest |new |central |main |base )?(?:view"
    r"|opinion|verdict|prediction|predictions|forecasts?|projections?|hunch|guess"
    r"|expectations?|estimates?|reasoning|argument|central case|base case|bet"
    r"|contention|prognosis|logic)\b"
)
OWN = re.compile(
    r"\b(?:i|we)(?:'d|'ll|'ve|'m|'re)?\b(?! (?:am |are |was |were |'m "
    r"|have been )?(?:reliably |often |always )?(?:told|hear|heard|promised|assured"
    r"|spoke|met|talked|asked|interviewed|know|knew|trust|visited|consulted|polled|rang|dined"
    r"|lunched|sat with|gather|follow|must|all)\b)"
    r"|\b(?:my|our) (?:\w+ )?(?:view|guess|hunch|bet|sense|prediction|opinion|money"
    r"|judge?ment|forecasts?|numbers?|sums|expectation|suspicion|fear|base|central"
    r"|projections?|estimates?|odds|call|model|assessment|scenario)\b"
    r"|\bput me down\b|\b(?:ask|strikes?) (?:me|us)\b"
)
HEAR = re.compile(
    r"\b(?:i|we) (?:am|are|was|were|have been|hear|heard|'m|'re)(?: \w+ly)?(?: told"
    r"| assured| promised| that)\b|\b(?:i|we) (?:often |always |also )?(?:hear"
    r"|heard)\b"
)
MARKET = re.compile(
    r"\b(?:((?:the )?(?:\w+ )?(?:markets?|futures|swaps|bookmakers|bookies|punters"
    r"|smart money|betting|consensus|street|polls?|options|traders|investors|curve"
    r"|spreads?))"
    r" (?:\w+ly |now |still |already )?(?:price|prices|priced|pricing|imply|implies"
    r"|implied|point|is|are|has|have|say|says|put|puts|give|gives|look|looks|see"
    r"|sees)\b"
    r"|(?:it is|it's) (?:\w+ )?(?:said|thought|believed|feared|hoped|assumed|argued"
    r"|claimed|understood)|there is (?:\w+ )?talk|word (?:is|has it)|rumour has it"
    r"|conventional wisdom|received wisdom|priced in|hopes are high|as expected"
    r"|let it be known|article of faith|if (?:one|you) believes?"
    r"|(?:is|are) to be believed|you(?:'ll| will) hear)\b",
    re.IGNORECASE,
)
# "The consensus is that", "word from Geneva is that", "the hope: …".
HELD = re.compile(
    r"(?<!my )(?<!our )(?<!my own )(?<!our own )\b(?:(?:the|an?|one|another|their"
    r"|his|her|its"
    r"|[\w-]{1,20}'s?) (?:[\w-]{1,20} ){0,2})?(?<!my )(?<!our )(?<!est )(?<!only )(?:view"
    r"|consensus|word|feeling|assumption|fear|hope|talk|expectation|argument|theory"
    r"|hunch|worry|belief|bet|verdict|suspicion|thinking|gossip|rumour|whisper"
    r"|betting|opinion|forecast|prediction|projection|guess)(?: (?:in|among|of|from"
    r"|at|on|within|around|inside) ([^.;:,]{2,50}?))?(?: (?:is|was|has it|goes"
    r"|now is)(?: that\b|:)|:)"
    r"|\b(?:hers|theirs|his) is (?:the|an?) (?:[\w-]+ )?(?:view|forecast|reading)\b"
)
TO_THEM = re.compile(
    r"\W{0,2}(?:for|to) ((?:the |its |their |his |her |most "
    r"|some )?(?:[\w-]{1,20} )?(?:OPENERS))\b".replace("OPENERS", OPENERS.pattern)
)
CASES = listed("cases")
ACCORDING_IN = listed("according_in")
THEIRS_IN = words("their his her its that this they he she them him")
OWN_IN = words("i we my our me us")
MARKET_IN = listed("market_in")
HELD_IN = listed("held_in")
VERBS = VIEWS | AGENTS_VIEWS | frozenset(FOLLOW) | frozenset(LEMMAS)
# What follows a verb where it reports a clause, a quotation, or nothing.
CLAUSES = words("that it he she they there")
BEGINS_CLAUSE = CLAUSES | {"", ",", ".", ":", '"', "'", "to", "in"}
ENDS_ASIDE = frozenset(',.;:)-"') | {"and", "but"}
NO_ADVERBS = words("family july italy ally")
NO_SUBJECTS = NOT_THEIRS | MODALS | AUTHORS | words("anyone anybody and history") | {"", ","}
FEW = words("one two three some many few several most another both all")
NO_NAMES = NOT_THEIRS | (DETERMINERS - FEW) | words("anyone anybody")
NO_SPEAKERS = words("that it there in on to me us by for at when")
AUXILIARIES = MODALS | BE | HAVE
STRICT = words("hold holds held figures")
STRICTLY_MINDED = words("pricing looking talking bracing relaxed doubtful sure certain")
# Verbs that may share the subject of one before: "… and see no cut".
CARRIED_ON = PLAIN | words("see sees")
PARTICIPLES = (
    VIEWS
    | CARRIED_ON
    | words("forecasting pointing advocating suggesting claiming projecting hinting fearing hoping")
)
MUSED = re.compile(r"(?:of|big|hard|ahead)\b")
SURE_OF = words("that of it he she they the")
IN_MIND = frozenset({("of", "the"), ("in", "no"), ("of", "an")})
MINDS = words("view opinion doubt school")
THINKS = VIEWS | AGENTS_VIEWS | MINDED | OPINIONS | CASES | MINDS  # what a camp does
TOLD = words("have has are is know agree had give gave share")
_MORE = listed("_more")
# Without one of these words a sentence reports nobody's view.
TRIGGERS = (VERBS | MINDED | SURE | HEARSAY | HEARD | OPINIONS | _MORE) - words("do does be")
