"""Whose forecast a sentence gives: the author's, a named party's, or nobody's in particular."""

from __future__ import annotations

import time

import pytest

from tracker.texts.document import document
from tracker.texts.rules.prose import Prose
from tracker.texts.voices.rejected import rejected
from tracker.texts.voices.voices import Voice, Voices


def heard(marked: str) -> Voice:
    """The voice of the words after the mark ``^`` in a text."""
    text, at = marked.replace("^", "", 1), marked.index("^")
    voices = Voices()
    for paragraph in document(text).paragraphs:
        voices.paragraph()
        for sentence in paragraph.sentences:
            said = voices.sentence(Prose(paragraph.plain(sentence)))
            if sentence.start <= at < sentence.end:
                return said.voice(at - sentence.start)
    raise AssertionError(marked)


NAMED = [
    # subject and verb
    ("The harbour board says the lock ^will reopen in April.", "The harbour board"),
    ("Ingrid Vass expects that the herring quota ^will be halved.", "Ingrid Vass"),
    ("Most vets in the county reckon bluetongue ^will be back by June.", "Most vets in the county"),
    ("Rolf Ahlers, who runs the ferry, told passengers that fares ^would rise.", "Rolf Ahlers"),
    ("Ofgas, the regulator, is convinced that prices ^will fall.", "Ofgas"),
    ("The club's treasurer, Moira Quill, believes the debt ^will be cleared.", "Moira Quill"),
    (
        "Two curators at the Prado doubt that the loan ^will ever be returned.",
        "Two curators at the Prado",
    ),
    ("Brewers fear that hops ^will be scarce next year.", "Brewers"),
    ("On Monday the insurers' lobby warned that premiums ^could double.", "the insurers' lobby"),
    (
        "This spring the statistics office projects a population ^likely to pass ten million.",
        "the statistics office",
    ),
    ("Sir Alec Drummond remains confident the bridge ^will open on time.", "Sir Alec Drummond"),
    ("Nurses and porters say the ward ^will close.", "Nurses and porters"),
    (
        "A cousin of mine at the mint thinks the coin ^will be withdrawn.",
        "A cousin of mine at the mint",
    ),
    ("The growers I met in Almeria expect water ^to run out by August.", "The growers"),
    (
        "Analysts at Brandt & Cole put the chance of a merger ^at one in three.",
        "Analysts at Brandt & Cole",
    ),
    ("Bookmakers make it ^6/4 that the vicar goes.", "Bookmakers"),
    ("A trader in Rotterdam has barley ^at 240 euros by harvest.", "A trader in Rotterdam"),
    ("The observatory gives the comet ^a 30 per cent chance of surviving.", "The observatory"),
    ("Seasoned court watchers see an acquittal ^as likely.", "Seasoned court watchers"),
    ("Lufthavn Group guides to ^a small profit in 2031.", "Lufthavn Group"),
    ("The Norwegians are looking for ^a deal by midsummer.", "The Norwegians"),
    ("Of 18 dealers asked this month, 11 expect ^a fall.", "18 dealers"),
    ("One of the surgeons, Dr Pia Holm, says the trial ^will fail.", "Dr Pia Holm"),
    ("Coffee brokers are betting on ^a wet November.", "Coffee brokers"),
    ("Hydrologists hold that the dam ^will silt up within a generation.", "Hydrologists"),
    ("Some in the guild foresee ^a walkout by Lent.", "Some in the guild"),
    ("The archbishop has said the school ^will not reopen.", "The archbishop"),
    ("The forecasters have pencilled in ^snow for the 12th.", "The forecasters"),
    ("Seven of the nine judges polled think the appeal ^will fail.", "Seven of the nine judges"),
    ("My dentist says enamel ^will be printed at home by 2040.", "My dentist"),
    ("The mayor warned on Friday that trams ^would stop in the autumn.", "The mayor"),
    ("The institute raised its numbers, predicting ^a peak in week nine.", "The institute"),
    # the verb first, or aside
    ('"The orchestra ^will fold by Easter," said Leo Marten, its first oboe.', "Leo Marten"),
    ("The glacier ^will be gone by 2060, say researchers in Bern.", "researchers in Bern"),
    (
        "The reef ^will recover, argues the marine biologist Tessa Orr.",
        "the marine biologist Tessa Orr",
    ),
    ("By then, the co-op's managers insist, milk ^will be cheaper.", "the co-op's managers"),
    ("House prices ^to fall 8% by spring, lender says", "lender"),
    ("The tunnel ^will flood again, as the engineers see it.", "the engineers"),
    ("Wages ^will climb, Professor Lund thinks.", "Professor Lund"),
    # without a verb
    ("According to the port's own figures, traffic ^will double.", "the port's own figures"),
    ("In the view of several archivists, the papers ^will never be found.", "several archivists"),
    ("In Tokyo's view the pact ^will hold.", "Tokyo"),
    ("In the eyes of the unions the plant ^is doomed.", "the unions"),
    ("The broker's model has ^sugar down a tenth by May.", "The broker"),
    ("The chancellor's forecast is that growth ^will return.", "The chancellor"),
    ("From the tenants' perspective the reform ^will change nothing.", "the tenants"),
    ("Futures imply ^a 70% chance of a rise in July.", "Futures"),
    ("The drought is expected by the grain board ^to last into May.", "the grain board"),
    # quotations
    ('"We ^will win the replay," the goalkeeper told local radio.', "the goalkeeper"),
    ('Jana Pohl shook her head. "It ^won\'t hold until winter," she said.', "Jana Pohl"),
    (
        'The minister was blunt. "There is no money. There ^will be none next year either."',
        "The minister",
    ),
    ("The pilot told me: \"The tower said, 'You ^will never land there.'\"", "The pilot"),
    ('"The ice is thin," said Otto Brink. "It ^will break in March."', "Otto Brink"),
    (
        (
            '"Nothing moves before Lent. Then everything ^will move at once," said the '
            "bishop's clerk."
        ),
        None,
    ),
    # labels
    ("ANNA: Nice to be here. They ^will lose on Saturday.", "Anna"),
    ("Q: Will it close?\n\nA: It ^will close in June.", None),
    ("Interviewer: Well?\n\nDr. Sand: The vaccine ^will work.", "Dr. Sand"),
    # several sentences
    ("The optimists argue that exports lead. Orders ^will pick up by May.", "The optimists"),
    (
        "One school offers a different reading. Yes, the river is low, but it ^will rise.",
        "One school",
    ),
    ("Sceptics disagree. They ^will point to the ballot of 2019.", "Sceptics"),
    (
        "Growers in Puglia expect frost. In that case, they add, the crop ^is lost.",
        "Growers in Puglia",
    ),
    ("Mara Lind chairs the panel. She expects the ban ^to be lifted.", "Mara Lind"),
    (
        "The audit office published its review. The fund, it says, ^will be empty in 2034.",
        "The audit office",
    ),
    (
        "The ministry's friends see it differently. To them the canal ^will pay for itself.",
        "The ministry's friends",
    ),
    (
        "Critics reply that the pilot was rigged. On their account the scheme ^will cost double.",
        "Critics",
    ),
    # in other manners
    ("Privately, two bishops concede the synod ^will split.", "two bishops"),
    (
        "Bakers' federation president Luc Arnaud sees flour ^at 400 euros a tonne.",
        "Bakers' federation president Luc Arnaud",
    ),
    (
        "The town's older anglers will tell you the salmon ^are never coming back.",
        "The town's older anglers",
    ),
    ("Her own agent gives the film ^no chance of a release.", "Her own agent"),
    ("The polls have Labour ^winning by six.", "The polls"),
    (
        "The consensus among cardiologists is that statins ^will be over the counter by 2035.",
        "cardiologists",
    ),
    ("Brussels believes Ankara ^will blink.", "Brussels"),
    (
        "An internal memo seen by this newspaper forecasts that ^a third of branches will shut.",
        "An internal memo",
    ),
    ("S&P expects defaults ^to reach 4% by June.", "S&P"),
    ("The IMF's latest projections show ^debt passing 120% of output.", "The IMF"),
    ("In a note to clients, Halvorsen wrote that the peg ^will go.", "Halvorsen"),
    ("“The roof ^will leak,” the architect admitted.", "the architect"),
    ("'It ^will never pay for itself,' says the shop steward, Bill Tarn.", "Bill Tarn"),
    (
        'Asked about the date, the conductor laughed. "Next year. It ^will be next year."',
        "the conductor",
    ),
    (
        (
            "The minister said on Tuesday the levy would go. The saving, she added, ^will "
            "fund nurseries."
        ),
        "The minister",
    ),
    ("Economists polled by the agency see ^a 40% chance of recession.", "Economists"),
    ("As Lord Penrith sees it, the Lords ^will block the bill.", "Lord Penrith"),
    ("Betting markets give the incumbent ^a 62% chance.", "Betting markets"),
    (
        "Seismologists put the odds of a big quake within thirty years ^at two in three.",
        "Seismologists",
    ),
    (
        "The orchestra's accountants calculate that the fund ^will run dry.",
        "The orchestra's accountants",
    ),
    ("Asked whether he would stand again, the mayor said he ^might.", "the mayor"),
    ('Jo Pike, of the Wheelwrights\' Company: "Oak ^will be dearer by spring."', "Jo Pike"),
    ("The bears' case is simple. Supply is growing. Prices ^must fall and will.", "The bears"),
    (
        "For the pessimists, the die is cast: the species ^will be gone in ten years.",
        "the pessimists",
    ),
    ("His rival paints a darker picture, with unemployment ^heading for 9%.", "His rival"),
    ("Astronomers now rate the chance of impact ^at one in 40,000.", "Astronomers"),
    ("The scheme, its backers claim, ^will pay for itself in six years.", "its backers"),
    ("Growth is projected by the OECD ^to slow.", "the OECD"),
    ("Teheran's assumption is that Washington ^will not act.", "Teheran"),
    ("A leaked draft suggests that the tax ^will be scrapped.", "A leaked draft"),
    ("The professor's hunch: it ^will be a girl.", "The professor"),
    ("Pundits have written him off, and most ^expect a rout.", None),
    ("Villagers are certain that the bus ^will be cut.", "Villagers"),
    ("The company guided for sales ^to be flat.", "The company"),
    ("The chief vet is in no doubt that the cull ^will be extended.", "The chief vet"),
    (
        "Most of the jurors I met afterwards think the verdict ^will be quashed.",
        "Most of the jurors",
    ),
    ("Lenders are pricing in ^a default by May.", "Lenders"),
    ("Sources close to the talks say a deal ^is days away.", None),
    (
        (
            "A panel of eleven soil scientists convened by the ministry in March concluded "
            "that yields ^would drop by a fifth."
        ),
        "A panel of eleven soil scientists",
    ),
    ("Fitch, which downgraded the city in 2019, thinks it ^may do so again.", "Fitch"),
    ("Mr Adeyemi, 61, says he ^will run.", "Mr Adeyemi"),
    (
        (
            "The prime minister's allies in the north talk of a snap poll that ^would "
            "return him with a majority."
        ),
        "The prime minister's allies in the north",
    ),
    (
        "Under the central bank's central scenario, inflation ^returns to 2% in 2027.",
        "the central bank",
    ),
    (
        "The Commission's spring forecast has growth ^at 1.1% next year.",
        "The Commission's spring forecast",
    ),
    (
        "Carlos Pena at Banco Azul is gloomier still: he sees the peso ^at 30.",
        "Carlos Pena at Banco Azul",
    ),
    (
        "Some hoteliers hope that the airport ^will reopen by May; others have already sold.",
        "Some hoteliers",
    ),
    ("Officials in Riga speak of a deal that ^could be signed within weeks.", "Officials in Riga"),
    (
        (
            "The pilots' union called the offer an insult. Its members ^will reject it, the "
            "union predicts."
        ),
        "the union",
    ),
    ("Insiders whisper that the chairman ^will step down.", "Insiders"),
    ("Manchester's own planners admit the tram ^will be late.", "Manchester's own planners"),
    (
        "One veteran of three campaigns told me the south ^was lost.",
        "One veteran of three campaigns",
    ),
    (
        '"I ^expect the lake to freeze by Christmas," Dagny Holm, the warden, wrote in March.',
        "Dagny Holm",
    ),
    ('"We have the votes," said the whip. "The bill ^will pass on Thursday."', "the whip"),
    ("Traders reckon there is ^a one-in-four chance of a cut.", "Traders"),
    ("In the trade's jargon the stock is toast, and dealers expect it ^to be delisted.", "dealers"),
    ("The government has promised that the line ^will open in 2031.", "The government"),
    (
        "Shares ^will fall further, according to a survey of fund managers by Lowndes.",
        "a survey of fund managers",
    ),
    ("The hawks have a simple answer: rates ^will rise until something breaks.", "The hawks"),
    ("Both sides' lawyers predict the case ^will settle.", "Both sides' lawyers"),
    (
        "UN envoy Hana Saleh, speaking in Amman, said the corridor ^would open within days.",
        "UN envoy Hana Saleh",
    ),
    ("Ministers privately accept that the target ^will be missed.", "Ministers"),
    ("Critics charge that the dam ^will drown three valleys.", "Critics"),
    ("Most models show the storm ^turning north by Friday.", "Most models"),
    ("The Danes, never ones to panic, are expecting ^a mild winter.", "The Danes"),
    ("A White House adviser tells us tariffs ^will be lifted by July.", "A White House adviser"),
    ("Reuters reports that the plant ^will be sold.", "Reuters"),
    ("The Guild's position is that nobody ^will be laid off.", "The Guild"),
    ("The firm announced that it ^would close 40 shops next year.", "The firm"),
    ("Of 18 dealers asked this month, 11 look for ^a fall.", "18 dealers"),
    ("The two grocers I spoke to see ^a shortage by spring.", "The two grocers"),
    ("One camp in the cabinet wants to wait. A delay ^would cost little.", "One camp"),
    ("By the reckoning of the salt merchants, the pans ^will flood.", "the salt merchants"),
    ("Tax lawyers in Zug advise clients that the loophole ^will close.", "Tax lawyers in Zug"),
    ("The unions think we ^will see a strike by Easter.", "The unions"),
    ("We ^will all pay more, the grid operator says.", "the grid operator"),
]

NOBODYS = [
    "The envoy is expected ^to resign before the summit.",
    "A second round of cuts is said ^to be on the way.",
    "The two firms will reportedly ^merge in the spring.",
    "It is widely thought that the bridge ^will be sold.",
    "Nobody in the trade believes the mill ^will reopen.",
    "Few expect the truce ^to survive Ramadan.",
    "No serious historian thinks the letters ^will turn up.",
    "Showers are forecast ^for the weekend.",
    "There is talk of a new runway, which ^would open in 2035.",
    "Conventional wisdom has it that the yen ^will weaken.",
    "The tenor, I am told, ^will not sing.",
    "The minister is rumoured ^to be leaving.",
    "The inquiry is understood ^to be close to charging two men.",
    "Neither the Treasury nor the Bank expects inflation ^to fall before 2033.",
    "Talk to any haulier and you will hear the same thing: diesel ^is going to two euros.",
    "The view from the dugout is that Reyes ^won't play.",
    "As far as the Kremlin is concerned, sanctions ^will fade.",
    "If the pundits are to be believed, the Reds ^will walk it.",
    "The word in the paddock is that Silva ^will retire.",
    "Word from Geneva is that the talks ^will resume.",
    "Those who know the judge say she ^will rule narrowly.",
    "Not one of the eleven scouts I asked thinks he ^will make it.",
    (
        "Opinion is split. Half the board wants to sell; the other half is sure the "
        "price ^will double."
    ),
    "To hear the trade tell it, cocoa ^will never be cheap again.",
    "It is feared that the dam ^will not hold.",
    "The bond is seen as ^likely to default.",
    "Staff have been told the plant ^will shut in May.",
    "Hers is the gloomier view: the reef ^will be dead by 2040.",
    "Ask a shepherd and he'll say the wolves ^will be over the ridge by spring.",
    "The party's number-crunchers have them ^on 210 seats.",
    "Local farmers are resigned to another dry year: wells ^will be empty by July.",
    "Doctors' leaders are threatening a strike which, they warn, ^would close every clinic.",
    "On this reading, championed by the exporters, the crown ^will fall.",
    "Polling suggests that the party ^will lose half its seats.",
    "The theory goes that cheap gas ^will bring the smelters back.",
    "In Oslo they expect the fund ^to shrink.",
    "His successor is tipped ^to be Ana Ruiz.",
    "That, at least, is the hope in Lima: copper ^will come back and pay for it all.",
    "Asked by a reader, our gardening expert says frost ^will come late.",
]

AUTHORS = [
    "The lock ^will reopen in April.",
    "I expect the lock ^to stay shut until May.",
    "We think hop prices ^will fall by a tenth.",
    "In my view the merger ^will fail.",
    "Our forecast is that sales ^will slip.",
    "Our model puts the chance of frost ^at 20 per cent.",
    "The ministry ^will lose the vote.",
    "Management says margins will rise; we think they ^will fall.",
    "History suggests that the truce ^will not last.",
    "The evidence points to a peak that ^will come early.",
    "Prices ^will fall before buyers see a discount.",
    "About 12 per cent of claims ^will be refused.",
    "The project in May ^will cost more than the bank's reserves.",
    "Expect the curator ^to resign.",
    "Voters ^will see through it by the spring.",
    "The tenants ^will put up with one more winter.",
    "The new boiler ^will give the school another ten years.",
    "The county ^may tell parents in June.",
    "A delay is to be expected, and it ^will be long.",
    "Rates may have peaked, and banks ^will say so in May.",
    'The word "reform" ^will be heard a great deal.',
    "The treasurer expects a surplus. That is too optimistic; there ^will be none.",
    "Sceptics argue that the ice is thin. I think it ^will hold.",
    "The bulls insist that copper is scarce. But mines ^will reopen in Chile.",
    "Campaigners argue that the by-pass kills.\n\nThe council ^will build it in 2030.",
    "The bank expects growth of 2%. Unemployment ^will rise all the same.",
    "The players put in a claim in May. It ^will be settled by August.",
    '"It is over," said the coach in March. The season ^will last until June.',
    "The new ferry is set ^to sail in June.",
    "The estimates committee meets in May and ^will reject the bill.",
    "The doctor in charge of the trial ^will retire in June.",
    "Marlow: ^safe for the sitting member.",
    "UK: The bill ^will pass in May.",
    "The minister, I think, ^will resign.",
    "The storm ^will, I fear, reach the coast by noon.",
    "The actors ^will add a matinee in July.",
    "A strike ^is certain to follow.",
    "The village thinks of little else. The well ^will be dry by July.",
    "The board ^will vote in June.",
    "The judge ^will see the tape on Monday and throw the case out.",
    "Farmers ^will call for help, and none will come.",
    "The sale ^will be announced before analysts expect it.",
    "Her brother, who runs the estate, ^will sell.",
    "The company behind the app ^will run out of cash.",
    "He said nothing. The vote ^will be close.",
    "A few bakers have gone bust. More ^will follow.",
    "The union ^is likely to strike, as it did in 2019.",
    "The clubs told us they had no money. That ^will not change.",
    "The model railway ^will reopen at Easter.",
    "The state's share ^will shrink to a fifth.",
    "The leader of the choir ^will retire.",
    "Nobody ^will miss the old stand.",
    "Few ^will mourn it.",
    "Many ^will move to Leeds.",
    "Some of the ships ^will never sail again.",
    "The estate agents ^will have a thin spring.",
    "I spoke to the warden last week. The gate ^will stay shut.",
    "They ^will lose.",
    "She ^is going to win.",
    "The promise of rain ^will not be kept.",
    "Voters want change, and they ^will get it.",
    "The lawyers know this. The case ^will settle.",
    "The Fed has cut twice, and it ^will cut again.",
    "That figure ^will be revised.",
    "Analysts had expected a loss in March; there was none. Dividends ^will resume in the autumn.",
    "One reading of the contract helps the tenant. The court ^will prefer the other.",
    "So the price ^will fall, and I say so without joy.",
    "The note falls due in May; the firm ^will not be able to pay.",
    "The ship's captain told the crew to wait. By noon tomorrow the tide ^will have turned.",
    "The survey covers ten towns. Rents ^will rise in nine of them.",
    "The queue at the bank ^will be longer on Friday.",
    "The panel ^will meet in March.",
    "Fitch ^will downgrade the city.",
    "He ^will run, and lose.",
    "My own view is that the lake ^will freeze by Christmas.",
    "The bill ^will pass, though its sponsors have been told to expect trouble.",
    "We doubt that. The line ^will open in 2033 at best.",
    "The union called the offer an insult. Its members ^will reject it.",
    "The deal was announced in May. It ^will close in July.",
    "The government has promised a new line. It ^will not be built.",
    "A cheap crown helps exporters, and they ^will hire.",
    "Shops ^will shut, prices will rise and tempers will fray.",
    "I am told he is ill; I ^expect him to run all the same.",
    "Its shares ^will fall further.",
    "As the days shorten, demand ^will rise.",
    "The sea wall ^will hold, because it was built by people who knew the sea.",
    "The last word on the matter ^will come from the court.",
    "The president, who turned 80 in May, ^will not stand again.",
    "Rents ^are bound to rise, and the poor to move.",
    "There ^will be a thaw before Easter.",
    "Peace ^would bring the ships back.",
    "If the dam fails, as one did in 1972, the town ^would drown.",
    "Nothing in the letter suggests haste, and the sale ^will drag on.",
    "No one ^will admit it, but the scheme is dead.",
    "The next chairman ^will be a woman.",
]


# Odd manners of saying that another thinks so: none may be booked to the author.
ODD = [
    "Your correspondent in Odessa assures us that the grain corridor ^will stay open.",
    "The rope-makers suppose the order ^will go abroad.",
    "Her lawyers allow that an appeal ^may fail.",
    "In the central scenario of the water board, the reservoir ^will be empty by August.",
    "On the co-operative's numbers, milk ^will fetch half a crown by May.",
    "The reef, the warden reasons, ^will bleach again in March.",
    "Ticket sales ^will halve, or so the impresarios keep telling us.",
    "The ministry's own modelling has the delta ^losing a fifth of its rice.",
    "The house brokers pencil in ^a loss for the second half.",
    "Those who run the ferry would have you believe that fares ^will not rise.",
    "He means the harvest ^will fail.",
    "Old Tamsin at the chandlery swears blind that the herring ^will be back.",
    "The almanac marks the fifth of June as the day the ice ^will break.",
    "The dealers, never a cheerful lot, work on the assumption that copper ^will slide.",
    (
        "A figure of 60 per cent is bandied about at the stock exchange for the odds "
        "that the merger ^will collapse."
    ),
    "The colonel let slip over dinner that the garrison ^would be gone by Easter.",
    "Down at the fish dock the talk is all of a strike that ^will close the port.",
    "After a report in the Courier that the mill ^would shut by June, queues formed.",
    "Lady Ashcombe, whose orchards cover the valley, is of the view that cider ^will be dearer.",
    "The regulator hints at ^a ban by the autumn.",
    "Her reading of the charts is that the channel ^will silt up.",
    "To the gamekeepers' way of thinking the moor ^will burn again.",
    "One of them, a retired pilot, has it that the airline ^will be bankrupt by Lent.",
    (
        "The commission, in its winter outlook, continues to describe a contraction as "
        "^the most likely outcome."
    ),
    "Stonemasons to whom the plan was shown give the spire ^ten years before it falls.",
    "Professor Achterberg has satisfied himself that the comet ^will miss.",
    "Ask any ferryman and he will answer that the bar ^will shift before spring.",
    "The Treasury is working towards a deficit that ^will double by 2034.",
    "Nothing will dissuade the beekeepers from thinking that the mite ^will return.",
    "The underwriters' tables show one hull in nine ^lost before delivery.",
    "It has been put to us by a senior figure in the guild that the fair ^will move to Leipzig.",
    "A letter from our man in Trieste has the coffee warehouses ^full by Michaelmas.",
    "Word reaches us that the Duke ^will sell the collection.",
    "The smart set at Ascot had Juniper ^to win by a length.",
    "The port captain's logbook entry for Tuesday ends: the channel ^will freeze.",
    "She was adamant, this surgeon of forty years' standing, that the ward ^would close.",
    "There are those for whom the treaty ^is already dead.",
    "Not one of the nine auditors would rule out ^a default by summer.",
    "Meteorologists at the coastal station are leaning to ^a dry June.",
    "Both actuaries arrived at the same answer: the scheme ^will run dry in 2041.",
    "The syndicate's position, put to members in March, is that losses ^will treble.",
    "A third theory, popular among the monks, is that the spring ^will run again.",
    "The official numbers carry unemployment ^to 9 per cent by Christmas.",
    "Sister Benedikta prays and trusts that the roof ^will hold.",
    "The Bratislava desk rates a rupture ^likely.",
    "The Tories of the county have persuaded themselves that the seat ^will stay blue.",
    "Grimaldi shrugged. The bridge ^would be down by winter anyway.",
    (
        "Madame Oyelaran took out a pencil and drew a line sloping down. Cocoa ^would be "
        "at 2,000 by June."
    ),
    "The insurers were explicit. A second flood ^would bankrupt the town.",
    "What worries the canal engineers is that the lock gates ^will give way.",
    "The fear at headquarters is of a mutiny, which ^would spread.",
    "Vintners from Tokaj to Eger are resigned to ^a poor vintage.",
    "The smallholders' newspaper ran the headline that wheat ^would touch 300.",
    "Sverdrup's latest circular to investors carries the warning that the dividend ^will go.",
    "The lighthouse trust's engineers envision a cliff that ^will be gone by 2050.",
    "Any groundsman worth his salt could tell you the pitch ^will turn on the fourth day.",
    (
        "By the vestry's calculations the bell tower ^has eight years left and will then "
        "lean past saving."
    ),
    "Rumour in the bazaar makes the governor ^a dead man by Ramadan.",
    "Quizzed about the strike, the stationmaster foretold that it ^would be over within a week.",
    "The odds on offer in Macau ^favour a dissolution by spring.",
    "The chandlers are putting it about that rope ^will be scarce.",
    (
        "A stroll round the cattle market leaves one in little doubt that farmers think "
        "prices ^will sink."
    ),
    "Between ourselves, the verger gives the steeple ^no more than two winters.",
    "Delegates leaving the hall were of one mind: the motion ^will be lost.",
    "Mr Sandoval's arithmetic leads to a shortfall that ^will reach nine millions.",
    "Seen from the bridge of the icebreaker, the passage ^will open a week early.",
    (
        "Hoteliers on the coast have begun to prepare guests for a summer in which "
        "ferries ^will be rare."
    ),
    "The dean could see no way in which the college ^would survive.",
    "It fell to the youngest clerk to say what all had reckoned: the bank ^would not reopen.",
    "The Nordics desk has moved to a 60 per cent probability of ^a merger.",
    (
        "With a sigh the curator conceded what the trustees would not: the wing ^will "
        "never be finished."
    ),
    "Growth ^will reach 3 per cent, if the finance ministry's press office is to be trusted.",
    "Inflation ^will be at 2 per cent by May (source: central bank).",
    "House prices ^will double (Knightley Research, March).",
    "The lads in the boiler room fancy the boat ^will not make Lisbon.",
    (
        "A straw vote in the common room came out nine to two for the proposition that "
        "the warden ^will go."
    ),
    "Hear the auctioneers: the Vermeer ^will fetch ninety millions.",
    "The faithful at Fatima await a sign that ^will come in October.",
    "Petrov, usually so careful, volunteered that sanctions ^would be gone by June.",
    (
        "Three of the four seers consulted by the emperor promised rain; rain ^will come "
        "by the tenth, they said."
    ),
    "The fishwives' version is darker: no boat ^will put out before Lent.",
    "For Dr Amari the matter is closed; the strain ^will vanish by autumn.",
    "Whitehall's working hypothesis remains that the talks ^will founder.",
    (
        "The vineyard's owner, asked when she would sell, held up two fingers: two "
        "years, and the estate ^will be gone."
    ),
    "Guidance from the turbine maker was for margins that ^would recover by 2031.",
    "The town crier had no doubts, and neither had his wife: the fair ^would be rained off.",
    "Consult the guidebooks and the cathedral ^will be finished in 2026.",
    "Sailors' superstition requires that a Friday departure ^will end badly.",
    "The bench of bishops, by eleven to four, sees ^schism as likely.",
    "Legend has the lake ^rising again when the last heron leaves.",
    "The treasurer's face told the story: there ^would be no dividend next year.",
    "Villagers speak as if the dam ^will burst tomorrow.",
    "You will be told in any tavern that the king ^will abdicate.",
    "Not so, replies the miller's daughter; the wheel ^will turn by Easter.",
    "On the quays they chalk up the eel run as finished: nets ^will stay dry.",
    "My aunt Leocadia, who reads palms, saw in mine a voyage that ^will end in debt.",
    "The garrison's surgeon wagers his pension that the fever ^will pass.",
    "Lindqvist & Sons have costed the quay on the footing that trade ^will double.",
    "Bets are being struck in Cadiz at evens that the admiral ^will be recalled.",
    "The abbess, we gather from her letters, looks to ^a hard Lent.",
    "Prospectors up the valley need no persuading that tin ^will recover.",
    "Kerrigan's chart, pinned above his desk, slopes to ^a trough in 2033.",
    "The choir's own guess, scrawled on a hymn sheet: the organ ^will die at Whitsun.",
    (
        "Between two pipes the harbour pilot delivers his judgement, namely that the "
        "sandbar ^will move."
    ),
    "The finance committee has inked in a levy which ^will rise every year to 2040.",
    "To those inside the mint, the end of the penny ^is only a matter of time.",
    "Rents, landlords boast, ^will be up a fifth by spring.",
    "Kowalczyk is nothing if not gloomy: the vines ^will be dead in five years.",
    "The latest tidal tables from Brest allow for a surge that ^could top the wall.",
    "If we follow the demographers of Lund, the village ^will be empty by 2060.",
    "The goalkeeper's mother is certain sure he ^will play on Sunday.",
    "The admiralty gave out yesterday that the blockade ^will be lifted.",
    "Polish truckers, to a man, foretell queues that ^will reach Lodz.",
    "As goes the saying among glaziers, a wet May ^will bring a broken June.",
    "Among hill farmers the reckoning is that lambs ^will fetch less.",
    "He waved the map at us. By June the road ^would be under water.",
    "The prior spoke of the cellar. It ^would be empty by Candlemas, and the guests thirsty.",
    "Everyone from the porter to the bursar takes it as read that the college ^will merge.",
    "The Danish model run, updated at noon, brings the storm ashore ^near Esbjerg on Friday.",
    "An old hand at the assay office offers even money that gold ^will halve.",
    "The stable lads make the grey ^a certainty for the Oaks.",
    "Three quarters of respondents to the guild's poll look forward to ^a better year.",
    "Ministers console themselves with the thought that the deficit ^will shrink unaided.",
    "The ombudsman's letter warns of fees that ^will triple.",
    "Captain Osei rated our chances of a landing ^at one in ten.",
    "The museum's press notice trumpets a wing that ^will open in 2032.",
    "Not a soul in the covered market disputes that the lease ^will be lost.",
    "The union whispers; the owners shout; both have it that the pit ^will shut.",
    "Economists of the older sort look at the yield curve and see ^a slump by Michaelmas.",
    "A glance at the betting slip shows the mare ^at nine to two.",
    "The wise women of the island count eleven swallows, and so the winter ^will be short.",
    "Her cousins, she writes from Lagos, ^will sell the house before the rains.",
    "Brokers at the tea auction stick to their 2,400 rupees by June, with ^a chance of more.",
    "The cabinet's unspoken premise was that the strike ^would collapse within days.",
]

# The author's own, in which another voice may be suspected.
SUSPECT = [
    "The party that wins the north ^will win the country.",
    "For the miners there ^will be no second chance.",
    "Reading the runes, a June election ^is likely.",
    "If the unions believe him, the strike ^will end in a week.",
    "When the owners think the line is safe, trade ^will resume.",
    "The forecast of rain ^will keep people away.",
    "Whatever the lawyers say, the will ^is going to be contested.",
    "The city's hopes ^will be dashed in extra time.",
    "Don't believe the brochure: the roof ^will leak.",
    "The report runs to 90 pages. Nobody read it, and it ^will change nothing.",
    "The bank's view from the terrace ^will be lost.",
    "Hopes of a thaw ^will fade.",
    "What the polls show today ^will not last.",
    "The council's plan ^will cost four jobs.",
    "Its report is due in May and ^will be ignored.",
    "The school thinks big, and its new hall ^will be the largest in Wales.",
    "Most models are wrong, and this one ^will be too.",
    "The firm says little. It ^will have to say more by May.",
    "Tell your broker to sell: the stock ^will halve.",
]


# The subject of the sentence before says nothing.
SUBJECTS = [
    "The school levy could go either way. It ^might pass by a whisker.",
    "The school is in trouble. It ^will close this year.",
    "The fund is down a tenth. It ^will recover by May.",
    "The bank ^might lend.",
    "Bulls are in retreat. They ^will be back.",
    "The wing was damaged. The plane ^will not fly.",
    "The advocate died in May. He ^will be buried on Sunday.",
    "Supporters filled the ground. The club ^will go down anyway.",
    # nor do these words
    "Without doubt, the pound ^will fall.",
    "There is some doubt whether the pound ^will fall.",
    "I can't believe the pound ^will fall.",
    "When the pound ^will fall is anyone's guess.",
    "My gut says the pound ^will fall.",
    "This author thinks the pound ^will fall.",
    "The writer expects the pound ^to fall.",
    "This newspaper expects the pound ^to fall.",
    "Germany: the economy ^will probably shrink.",
]

# Somebody else's, or nobody's, and no name to be had.
NAMELESS = [
    "Contrary to what Merkel says, the coalition ^will probably survive.",
    "Despite what Merkel says, the coalition ^will probably survive.",
    "Despite what they say, the coalition ^will probably survive.",
    "For Merkel, the coalition ^will probably collapse.",
    "To Merkel, a collapse ^looks likely.",
    "The coalition ^will probably collapse - thus Merkel.",
    "The coalition ^will probably collapse (Merkel, 2025).",
    "Merkel, for one, would bet on ^a collapse.",
    "The forecast by Merkel that the coalition ^will collapse made news.",
    "Merkel's argument is simple. The coalition ^will probably collapse.",
    "Brown: the pound ^will fall by June.",
    "Not a single analyst expects the pound ^to fall.",
    "Everyone's view is that the pound ^will fall.",
    "Some doubt the pound ^will fall.",
    "Q: What next? A: The pound ^will fall by June.",
    'Ann Lee said the euro would rise.\n\n"I think the pound ^will fall by June."',
    "Merkel warned of a split.\n\nThey tell us the pound ^will fall.",
]

# What the author calls false, or will not say.
REJECTED = [
    "I would not say that the pound ^will fall.",
    "I am not saying that the pound ^will fall.",
    "I'm not predicting that rents ^will halve.",
    "I never said that the ferry ^would sail.",
    "I refuse to believe that the mill ^will close.",
    "I can't believe the mill ^will close.",
    "I disagree with Merkel that the coalition ^will survive.",
    "We do not accept that the dam ^will burst.",
    "We reject the view that wheat ^will double.",
    "Far be it from me to say that the vicar ^will go.",
    "To say that the pound ^will fall is premature.",
    "It would be premature to say that the pound ^will fall.",
    "It is wrong to think that the pound ^will fall.",
    "It is simply not true that the canal ^will silt up.",
    "It is not the case that the pound ^will fall.",
    "It isn't true that the pound ^will fall.",
    "It is a myth that the pound ^will fall.",
    "It's nonsense that the choir ^will fold.",
    "It is a mistake to assume that barley ^will follow.",
    "Merkel was wrong to say that the coalition ^will survive.",
    "The mayor is mistaken that trams ^will pay.",
    "The bank wrongly predicts that rates ^will rise.",
    "Only a fool would expect the pound ^to fall.",
    "Only fools believe that the pound ^will fall.",
    "No serious brewer would claim that hops ^will be cheap.",
    "The myth that the lake ^will rise dies hard.",
    "There is no truth in the rumour that the bishop ^will resign.",
    "Forget the idea that the bridge ^will open in May.",
    "Contrary to the claim that the quay ^will flood, the engineers built low.",
    "As if the pound ^would fall.",
    "As though the union ^will agree.",
    "Yeah, right, the pound ^will fall.",
    "Brown's claim that the pound ^will fall is nonsense.",
    "The idea that the pound ^will fall is absurd.",
    "The notion that ferries ^will be free by May is for the birds.",
    "The bank's forecast that growth ^will treble does not stand up.",
    "Anyone who believes that the pound ^will fall is dreaming.",
    "Those who think the mill ^will reopen are kidding themselves.",
    "Whoever expects the dam ^to hold should think again.",
    "That the pound ^will fall is a fantasy.",
    "Claims that the school ^will close are false.",
    "Saying that the roof ^will hold is rash.",
]

# And what looks like it.
STANDING = [
    "Not that the pound ^will fall.",
    "I would say that the pound ^will fall.",
    "I do not think that the pound ^will fall.",
    "I doubt that the pound ^will fall.",
    "I am saying that the pound ^will fall.",
    "I would not say much, but the pound ^will fall.",
    "I am not saying it is over; the pound ^will fall.",
    "I cannot say when, but the pound ^will fall.",
    "It is a fact that the pound ^will fall.",
    "It is wrong to be gloomy: the pound ^will recover.",
    "It would be wrong to panic, and the pound ^will recover.",
    "The idea that won the day ^will be tested in May.",
    "The claim ^will probably be rejected.",
    "The idea is absurd, but it ^will probably pass.",
    "The idea that the pound ^will fall is sound.",
    "The bank's forecast that growth ^will return is plausible.",
    "The theory is wrong. The pound ^will fall.",
    "Those who think the mill ^will reopen are right.",
    "Anyone who waits ^will probably lose.",
    "To win the seat she ^will have to move left.",
    "The optimists are wrong; the pound ^will fall.",
    "The mayor was wrong, and ^will probably lose.",
    "Only the mayor would expect more: the levy ^will fail.",
    "The myth of the lake ^will live on.",
    "As the pound falls, prices ^will rise.",
    "The mill ^will close, as if anyone cared.",
    "The pound ^will fall, whatever the fools say.",
    "We don't expect the pound ^to fall.",
    "It is true that the pound ^will fall.",
    "The pound ^will probably fall, and the claim that it is safe is nonsense.",
    "I disagree: the pound ^will fall.",
    "We reject gloom, and expect that the pound ^will rise.",
    "I'd never bet on it, but the mare ^might win.",
    "It is not true that nothing changed, but the pound ^will fall.",
]


@pytest.mark.parametrize(("marked", "speaker"), NAMED)
def test_others_are_named(marked: str, speaker: str | None) -> None:
    """What somebody else says is booked to them, by the name the text gives."""
    voice = heard(marked)
    assert voice.attribution in {"other", "unclear"}
    if speaker is not None:
        assert voice.speaker == speaker


@pytest.mark.parametrize("marked", NOBODYS)
def test_hearsay_is_not_the_authors(marked: str) -> None:
    """What is only said or expected is nobody's in particular."""
    assert heard(marked).attribution != "author"


@pytest.mark.parametrize("marked", AUTHORS)
def test_the_author_speaks(marked: str) -> None:
    """A sentence without a sign of another voice is the author's."""
    assert heard(marked) == Voice("author")


@pytest.mark.parametrize("marked", ODD)
def test_any_sign_of_another_voice_is_enough(marked: str) -> None:
    """A sentence that may give another's view is never the author's."""
    assert heard(marked).attribution != "author"


@pytest.mark.parametrize("marked", SUSPECT)
def test_suspicion_names_nobody(marked: str) -> None:
    """Where another voice is only suspected, it is unclear whose, and no name is given."""
    assert heard(marked) == Voice("unclear")


@pytest.mark.parametrize("marked", SUBJECTS)
def test_a_mere_subject_has_no_voice(marked: str) -> None:
    """Without a word of saying or thinking of somebody else, the author speaks."""
    assert heard(marked) == Voice("author")


@pytest.mark.parametrize("marked", NAMELESS)
def test_nobody_is_named_who_does_not_say_it(marked: str) -> None:
    """A name that the text does not give, or gives only to disagree, is not guessed."""
    voice = heard(marked)
    assert voice.attribution != "author"
    assert voice.speaker is None


@pytest.mark.parametrize(
    ("marked", "expected"),
    [*((one, True) for one in REJECTED), *((one, False) for one in STANDING)],
)
def test_what_the_author_rejects_is_no_forecast(marked: str, *, expected: bool) -> None:
    """A clause called false, or not vouched for, is told from one that is only doubted."""
    at = marked.index("^")
    assert rejected(Prose(marked.replace("^", "", 1)), at) is expected


@pytest.mark.parametrize(
    ("before", "sentence"),
    [
        ("The insurers were explicit.", "A second flood ^would drown the mill."),
        ("The envoy was asked about the truce. He smiled.", "It ^would hold until May."),
        ("The office published its outlook for rice.", "Its high case ^may reach 9 per cent."),
    ],
)
def test_a_voice_may_carry_on(before: str, sentence: str) -> None:
    """What follows another's view may be theirs; in the first person it is the author's."""
    assert heard(f"{before} {sentence}").attribution != "author"
    own = "I think that " + sentence[0].lower() + sentence[1:]
    assert heard(f"{before} {own}") == Voice("author")


def test_a_name_is_found_in_the_text() -> None:
    """A speaker is given in the words of the text, and is never a month or a percentage."""
    for marked, _ in NAMED:
        name = heard(marked).speaker
        assert name is None or name.lower() in marked.replace("^", "").lower()
    for marked in ("About 40 per cent expect it ^will rain.", "In May expects Ann it ^will rain."):
        assert heard(marked).speaker not in {"cent", "per cent", "May", "In May"}


def test_a_camp_has_the_word_until_the_author_returns() -> None:
    """What follows an argument of others is theirs or unclear; "but" and "I" end it."""
    camp = "The optimists argue that the ice is thick. "
    assert heard(camp + "The road ^will open by March.") == Voice("unclear", "The optimists")
    assert heard(camp + "They ^will point to the cold.").attribution == "other"
    assert heard(camp + "But the road ^will stay shut.") == Voice("author")
    assert heard(camp + "They are wrong. The road ^will stay shut.") == Voice("author")
    assert heard(camp + "\n\nThe road ^will stay shut.") == Voice("author")


def test_a_quotation_runs_over_sentences_and_ends() -> None:
    """Within quotation marks somebody else speaks; after them the author does."""
    text = 'The vicar sighed. "The roof leaks. It {}will fall." It {}will cost a fortune.'
    assert heard(text.format("^", "")) == Voice("other", "The vicar")
    assert heard(text.format("", "^")) == Voice("author")


@pytest.mark.parametrize(
    "part",
    [
        *("says ", "the bank, ", '"a long one" ', "the bank's ", "who the ", "the view of ", "a"),
        *("Ann ", "polled by ", "I will ", "according to ", "is expected by ", "for the ", "but "),
    ],
)
def test_long_lines_take_linear_time(part: str) -> None:
    """A sentence of 100,000 characters is heard in a moment, whatever it repeats."""
    began = time.perf_counter()
    Voices().sentence(Prose(part * (100_000 // len(part)) + " says")).voice(5)
    assert time.perf_counter() - began < 5
