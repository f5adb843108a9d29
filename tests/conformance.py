"""What the tablet must propose, as the server's own code proposes it: `python tests/conformance.py` writes
`tests/conformance.json`.

A thousand logs are drawn with a stated seed, odd ones among them: taken-back and struck taps, reviews, several
children and caregivers, pauses, lost views, rough moments, ties to the millisecond, nothing at all, less than three
minutes, stopped early, never stopped. `tests/js/conformance.test.js` holds `static/js/propose.js` to every word of
it, `tests/feedback/test_conformance.py` holds the file to the code as it is now.

The mapping from what `pull` says of a family to what the choice rests on is written here a second time on purpose.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

from recorder.feedback.check import check
from recorder.feedback.choose import propose
from recorder.feedback.evidence import Dyad, OwnStep, gather
from recorder.feedback.pdf import letters
from recorder.feedback.words import LANGUAGES, Facts, compose
from recorder.instruments import library
from recorder.instruments.scheme import Scheme
from recorder.measures.figures import Figures, figures
from recorder.measures.fitting import Tally
from recorder.measures.intervals import newcombe, wilson
from recorder.measures.latency import kaplan_meier, median
from recorder.measures.observation import InvalidObservation, Observation, Person
from recorder.measures.tape import Tape, observation, read

FILE = Path(__file__).parent / "conformance.json"
SEED = 20260302
LOGS = 1_000
CHECKS = 400
PAIRS_EVERY = 10
"""For every so many logs the linked pairs stand in the file, too."""

BUILT_IN = ("serve-and-return/1", "serve-and-return-short/1", "serve-and-return-slower/1")
ODD_SCHEMES: tuple[dict[str, Any], ...] = (
    {
        "name": "without-fit",
        "version": 1,
        "cues": [
            {"code": "VOC", "window_ms": 5000},
            {"code": "REACH", "window_ms": 5000},
            {"code": "CRY", "window_ms": 8000, "distress": True},
        ],
        "responses": [
            *({"code": code} for code in ("TALK", "FOLLOW", "JOY", "COMF")),
            {"code": "TAKE", "takes_over": True},
            {"code": "HARSH", "harsh": True},
        ],
    },
    {
        "name": "own-codes",
        "version": 1,
        "merge_ms": 2500,
        "min_latency_ms": 300,
        "cues": [
            {"code": "WAVE", "window_ms": 3000},
            {"code": "VOC", "window_ms": 5000, "continues_ms": 2000},
            {"code": "PAIN", "window_ms": 10000, "distress": True, "in_rate": False},
            {"code": "constructor", "window_ms": 4000},
        ],
        "responses": [*({"code": code} for code in ("TALK", "COMF", "SIGN", "JOY")), {"code": "HARSH", "harsh": True}],
        "states": [{"code": "HELD"}],
        "fit": {"WAVE": {"TALK": 0.5, "SIGN": 1, "JOY": 0.5}, "VOC": {"TALK": 0.25, "SIGN": 0.75}, "PAIN": {"COMF": 1}},
    },
)
MIA, NOOR, LUIS, ROSA, PAGE = "mia", "noor", "luis", "rosa", "page"
"""Ids: that they are UUIDs is the server's concern."""
NAMES = {MIA: "Mia", NOOR: "{child} Ñoor"}
NOTES = (
    "Sang.",
    "  Mia came to Luis. ",
    "",
    "   ",
    "\u00a0",
    "She {child} said {n} $& “hola”",
    "Élan — 100 %(n)s",
    "🎵 la",
)
GOALS = (("", None), ("More calm at bedtime", "CRY"), ("More words", "VOC"), ("A steady day", None), ("Cuddles", "UP"))
ANSWERS = ("confirmed", "mistake", "gave_space", "carried_on", "not_sure")
REASONS = ("child_asleep", "interrupted", "unwell", "other")
TICKS = ("i_sentences", "vulnerability", "check_in", "own_support", "professional_help", "no_such_theme", "own_0")
OWN_STEPS = (
    ("cue", "VOC"), ("cue", "CRY"), ("scale", "predictable_day"), ("scale", "steady_response"), ("goal", ""),
    ("tick", ""),
)  # fmt: skip
STEPS = (
    "own_0",
    "no_such_step",
    "deepen_comfort",
    "deepen_voc",
    "repair",
    "time_together",
    "active_listening",
    "answer_look",
)
LATENCIES = (0, 1, 299, 300, 1500, 1501, 2400, 3000, 3001, 5000, 5001, 8000, 10_000, 10_001, 15_000)
GAPS = (0, 1, 400, 999, 1000, 4000, 9000, 15_000, 20_000, 20_001, 30_000, 45_000, 60_000)
WORDS = (
    "You", "looked", "at", "Mia", "and", "waited", "Secure", "attachment", "style", "below", "average", "scored",
    "must", "Harsh", "harsh", "prueba", "apego", "apego seguro", "seguro", "mal", "debe", "communicative",
    "caregiver", "sometimes", "wanted", "noises", "little", "sonrió", "también", "ciudad", "guitarra", "averigüe",
    "búho", "muy", "Dr.", "a.m.", "EE.UU.", "3.5", "12", "back-and-forth", "Mia's", "l’amour", "idea", "people",
    "emotional", "Consistently", "🎵", "مها", "Zażółć", "e\u0301l", "\ufb01ne", "SCORE", "\u017fcore", "\u212a", "_x_",
    "naïve", "reading", "rhythm", "create", "suite", "truthful", "ahí", "leer", "retard", "style d’attachement",
    "doit", "chậm phát triển", "tệ", "phải", "والتوحد", "بالخطر", "للتشخيص", "تعلق آمن", "قلق", "مقلقة", "您走近了",
    "这孩子有自闭症", "依恋类型", "分数", "应该",
)  # fmt: skip
STOPS = (".", ".", "!", "?", "…", "...", ".”", "\n", ",", " —", "。", "？”", "؟")
OTHER_FONTS = ("ar", "zh")
"""Languages whose letters another font draws: what it cannot draw is not looked at here."""
NAMES_OF_PEOPLE = ("Mia", "Harsh", "Consistently", "Consistently emotional", "", "Score")


class Chance:
    """Draws that come out the same under every version of Python."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed).random

    def whole(self, below: int) -> int:
        return int(self.random() * below)

    def pick(self, choices: Any) -> Any:
        return choices[self.whole(len(choices))]

    def maybe(self, share: float) -> bool:
        return self.random() < share


def conformance() -> dict[str, Any]:
    """Everything that the tablet is held to."""
    chance, lines = Chance(SEED), Lines()
    return {
        "seed": SEED,
        "schemes": [{"built_in": id.partition("/")[0]} for id in BUILT_IN] + list(ODD_SCHEMES),
        "cases": [case(number, chance, lines) for number in range(LOGS)],
        "lines": lines.known,
        "letters": [list(span) for span in letters()],
        "checks": [checked(chance) for _ in range(CHECKS)],
        "wilson": [[k, n, *(wilson(k, n) or ())] for n in range(26) for k in range(n + 1)],
        "newcombe": [differences(chance) for _ in range(300)],
        "median": [half(chance) for _ in range(300)],
    }


class Lines:
    """Lines that come again and again stand in the file once, known by their place."""

    def __init__(self) -> None:
        self.known: list[Any] = []
        self.places: dict[str, int] = {}

    def place(self, line: Any) -> int:
        key = json.dumps(line, sort_keys=True)
        if key not in self.places:
            self.places[key] = len(self.known)
            self.known.append(line)
        return self.places[key]

    def of(self, proposal: dict[str, Any]) -> dict[str, Any]:
        """A proposal in which a line is its place; what is a number or None says what it said."""
        return {
            key: [self.place(item) for item in value] if isinstance(value, list)
            else value if key in {"language", "minutes", "cues"} or value is None
            else self.place(value)
            for key, value in proposal.items()
        }  # fmt: skip


def schemes() -> list[Scheme]:
    from recorder.instruments import scheme

    return [library.builtin(id) for id in BUILT_IN] + [scheme.read(document) for document in ODD_SCHEMES]


SCHEMES = schemes()


def case(number: int, chance: Chance, lines: Lines) -> dict[str, Any]:
    """One log with what is known beside it, and what must come of it."""
    which = chance.pick((0, 0, 0, 0, 1, 2, 3, 4))
    scheme = SCHEMES[which]
    events = Drawn(chance, scheme).events(f"hash {which}")
    opening = events[0][3]
    asked = {
        "scheme": which,
        "events": events,
        "language": chance.pick(LANGUAGES),
        "child": opening["children"][0] if chance.maybe(0.6) else chance.pick(opening["children"]),
        "family": family(chance, opening),
        "visitor": {"name": chance.pick(("Ana", "Zoë B.")), "language": chance.pick(("en", "es", ""))},
        "contacts": [{"name": "Luz {phone}", "phone": "555 0111"}][: chance.whole(2)],
        "ticks": [tick for tick in TICKS if chance.maybe(0.2)],
        "own_steps": own_steps(chance),
    }
    strings = [as_string(seq, event) for seq, event in enumerate(events, 1)]
    tape = read(strings)
    assert not tape.refused, tape.refused
    people = [Person(id) for id in opening["children"]], [Person(id) for id in opening["caregivers"]]
    try:
        seen = observation(tape, scheme, *people)
        made = figures(seen, child=asked["child"])
    except InvalidObservation as error:
        return asked | {"refused": str(error)}
    proposal = json.loads(json.dumps(proposed(asked, tape, seen, made)))
    linked = {"pairs": pairs(made)} if number % PAIRS_EVERY == 0 else {}
    return asked | {"proposal": lines.of(proposal)} | linked


def as_string(seq: int, event: list[Any]) -> str:
    """An event as the tablet writes it; in the file it is [t, kind, code, data], without what is missing at its end."""
    t, kind, code, data = [*event, None, None][:4]
    written = {"seq": seq, "t": t, "kind": kind}
    written |= ({} if code is None else {"code": code}) | ({} if data is None else {"data": data})
    return json.dumps(written, ensure_ascii=False, separators=(",", ":"))


def proposed(asked: dict[str, Any], tape: Tape, seen: Observation, made: Figures) -> dict[str, Any]:
    """The proposal as the server's code makes it."""
    home, child = asked["family"], asked["child"]
    person = next(one for one in home["children"] if one["id"] == child)
    contact = next(iter(asked["contacts"]), {"name": "", "phone": ""})
    facts = Facts(
        child=person["first_name"],
        child_id=child,
        visitor=asked["visitor"]["name"],
        visitor_language=asked["visitor"]["language"],
        contact=(contact["name"], contact["phone"]),
        steps={
            own["key"]: own["words"][asked["language"]]
            for own in asked["own_steps"]
            if asked["language"] in own["words"]
        },
    )
    dyad = known(asked, tape, person["age_months"])
    return compose(propose(gather(seen, made, dyad)), facts, asked["language"])


def known(asked: dict[str, Any], tape: Tape, age_months: int | None) -> Dyad:
    """What the choice rests on besides the observation, from what `pull` says of the family."""
    home, child, opening = asked["family"], asked["child"], tape.opening
    caregiver = next(iter(opening["caregivers"]), None)
    wanted = (child, caregiver, opening["context"], opening["hash"])
    before = [
        Tally(one["fitting"], one["codable"])
        for one in home["last_visits"]
        if (one["child"], one["caregiver"], one["context"], one["scheme"]) == wanted
    ]
    said = [one["percent"] for id in (child, None) for one in home["our_days"] if one["child"] == id]
    last = home["last_step"]
    answer = tape.tried.get(last["sheet"]) if last and last["child"] == child else None
    untried = last and answer in {"some", "no"}
    return Dyad(
        goal=home["goal"],
        goal_type=home["goal_type"],
        age_months=age_months,
        last=before[0] if before else None,
        doing=frozenset({last["step"]}) if last and answer == "yes" else frozenset(),
        done=answer == "yes",
        untried=(last["step"], last["type"]) if untried else None,
        our_days=said[0] if said else {},
        new_stage=child in home["new_stage"],
        contacts=bool(asked["contacts"]),
        ticks=frozenset(asked["ticks"]),
        own=tuple(OwnStep(own["key"], own["trigger"], own["of"]) for own in asked["own_steps"]),
    )


def own_steps(chance: Chance) -> list[dict[str, Any]]:
    """Steps of a programme's own, as `pull` hands them out; some have no words in the page's language."""
    words = {part: f"{part}: {{child}}, {{contact}}." for part in ("when", "what", "say", "helps")}
    drawn = [chance.pick(OWN_STEPS) for _ in range(chance.pick((0, 0, 1, 3)))]
    return [
        {"key": f"own_{place}", "trigger": trigger, "of": of,
         "words": {language: words for language in LANGUAGES if chance.maybe(0.8)}}
        for place, (trigger, of) in enumerate(drawn)
    ]  # fmt: skip


def pairs(made: Figures) -> list[list[Any]]:
    return [
        [pair.cue_ms, list(pair.codes), pair.status, pair.observed_ms, pair.response_ms, pair.response, pair.fit,
         [[tap.t_ms, tap.code] for tap in pair.follow_ups]]
        for pair in made.pairs
    ]  # fmt: skip


def family(chance: Chance, opening: dict[str, Any]) -> dict[str, Any]:
    """A family as `pull` hands it out, as far as a page rests on it."""
    goal, goal_type = chance.pick(GOALS)
    caregivers = [*opening["caregivers"], None]
    before = [
        {
            "child": chance.pick(opening["children"]),
            "caregiver": chance.pick(caregivers),
            "context": chance.pick((opening["context"], "book")),
            "scheme": chance.pick((opening["hash"], opening["hash"], "another")),
            "fitting": fitting,
            "codable": fitting + chance.whole(40),
        }
        for fitting in [chance.whole(3) for _ in range(chance.whole(4))]
    ]
    scales = ("predictable_day", "follow_through")
    return {
        "goal": goal,
        "goal_type": goal_type,
        "children": [
            {"id": id, "first_name": NAMES[id], "age_months": chance.pick((0, 11, 18, 19, 40))}
            for id in opening["children"]
        ],
        "last_visits": before,
        "our_days": [
            {"child": chance.pick((*opening["children"], None)),
             "percent": {
                 scale: chance.pick((100 * chance.whole(17) / 16, 49.505)) for scale in scales if chance.maybe(0.7)
             }}
            for _ in range(chance.whole(3))
        ],
        "new_stage": [id for id in opening["children"] if chance.maybe(0.2)],
        "last_step": chance.pick((None, {"sheet": PAGE, "child": chance.pick(opening["children"]),
                                         "step": chance.pick(STEPS), "type": chance.pick((None, "CRY", "VOC"))})),
    }  # fmt: skip


class Drawn:
    """One log as it may come from a tablet: nobody's, and full of oddities."""

    def __init__(self, chance: Chance, scheme: Scheme) -> None:
        self.chance = chance
        self.scheme = scheme
        self.clock = 0
        self.written: list[list[Any]] = []
        self.cues = [cue.code for cue in scheme.cues]
        self.answers = [response.code for response in scheme.responses if not response.harsh]
        self.rough = [response.code for response in scheme.responses if response.harsh]
        self.markers = [marker.code for marker in scheme.markers]
        self.answering = chance.pick((0.2, 0.6, 0.9, 0.95))
        self.fitting = chance.pick((0.3, 0.9, 0.95))
        self.latencies = chance.pick((LATENCIES, LATENCIES, LATENCIES[:7], LATENCIES[:9]))
        self.gaps = chance.pick((GAPS, GAPS[4:]))
        self.harsh = chance.pick((0, 0, 0, 0, 0, 0, 0, 0.04, 0.2))
        self.doing = chance.pick((0, 0, 0.05, 0.25))

    def events(self, hash: str) -> list[list[Any]]:
        chance = self.chance
        children = chance.pick(([MIA], [MIA], [MIA, NOOR], [NOOR, MIA]))
        self.people = children, chance.pick(([LUIS], [LUIS, ROSA], []))
        opening = {"kind": "observation", "context": chance.pick(("free_play", "meal")), "hash": hash}
        self.add("open", data=opening | {"children": children, "caregivers": self.people[1]})
        for _ in range(chance.pick((0, 5, 12, 15, 18, 20, 22, 25, 30))):
            self.moment()
        self.clock += chance.pick(GAPS)
        if chance.maybe(0.01):
            self.clock += 86_400_000
        if not chance.maybe(0.01):
            if chance.maybe(0.05):
                self.add("abort", data={"reason": chance.pick(REASONS)})
            else:
                self.add("end")
            self.afterwards()
        return self.written

    def add(self, kind: str, code: str | None = None, data: Any = None) -> None:
        event: list[Any] = [self.clock, kind, code, data]
        while event[-1] is None:
            event.pop()
        self.written.append(event)

    def tap(self, code: str) -> None:
        chance, data = self.chance, {}
        children, caregivers = self.people
        if len(children) > 1 and chance.maybe(0.3):
            data["child"] = chance.pick(children)
        if chance.maybe(0.15):
            data["by"] = chance.pick((*caregivers, ROSA, None))
        if chance.maybe(0.03):
            data["until"] = self.clock + chance.pick(LATENCIES)
        self.add("tap", code, data or None)

    def moment(self) -> None:
        """A cue, its answer, and whatever else comes in between."""
        chance = self.chance
        self.clock += chance.pick(self.gaps)
        cue = chance.pick(self.cues)
        self.tap(chance.pick(("SYNC", "XXX", cue)) if chance.maybe(0.1) else cue)
        while chance.maybe(self.answering):
            self.clock += chance.pick(self.latencies)
            self.tap(self.answer(cue))
            if chance.maybe(0.7):
                break
        if chance.maybe(self.harsh):
            self.tap(chance.pick(self.rough))
        if self.markers and chance.maybe(0.05):
            self.clock += chance.pick(GAPS)
            self.tap(chance.pick(self.markers))
        if chance.maybe(self.doing):
            self.aside()

    def answer(self, cue: str) -> str:
        """What the caregiver does about a cue: often what fits best."""
        fit = self.scheme.fit.get(cue, {})
        best = [code for code in self.answers if fit.get(code, 0) >= 0.5]
        return self.chance.pick(best if best and self.chance.maybe(self.fitting) else self.answers)

    def aside(self) -> None:
        """What a visitor does besides tapping cues and answers."""
        chance = self.chance
        act = chance.whole(8)
        if act == 0:
            self.add("pause", data={"on": chance.maybe(0.6)})
        elif act == 1:
            self.add("view", data={"out": chance.maybe(0.6)})
        elif act in (2, 3):
            self.void()
        elif act == 4:
            self.add("void", data={"from": max(0, self.clock - 30_000), "to": self.clock})
        elif act == 5:
            self.add("flag", "ASK", {"note": "?", "at": self.clock})
        else:
            data = {"kind": chance.pick(("comfort", "glad", "explore", "own")), "note": chance.pick(NOTES)}
            self.add("flag", "KEEP", data | chance.pick(({}, {"at": max(0, self.clock - chance.pick(GAPS))})))

    def void(self) -> None:
        if len(self.written) > 1:
            self.add("void", data={"seq": 2 + self.chance.whole(len(self.written) - 1)})

    def afterwards(self) -> None:
        """The end review, the ratings, and what was asked; sometimes all of it is taken back."""
        chance = self.chance
        for seq, (_, kind, code, *_) in enumerate([[*event, None] for event in self.written], 1):
            if kind in {"tap", "flag"} and chance.maybe(0.5 if code == "AWAY" else 0.04):
                self.clock += 10
                self.add("review", data={"seq": seq, "answer": chance.pick(ANSWERS), "note": ""})
        for scale in ("tuning_in", "joining", "acceptance", "warm", "kind", "room"):
            if chance.maybe(0.15):
                value = chance.pick((1, 4, 6, 7, 7, 9, "NOB", None))
                instrument = "sensitivity/1" if scale in {"tuning_in", "joining", "acceptance"} else "warm-presence/1"
                self.add("rating", scale, {"instrument": instrument, "value": value})
        if chance.maybe(0.4):
            self.add("tried", data={"sheet": PAGE, "answer": chance.pick(("yes", "yes", "some", "no"))})
        if chance.maybe(0.1):
            self.void()
        if chance.maybe(0.05):
            self.clock += chance.pick(GAPS)
            self.tap(chance.pick(self.cues))
        self.add("anchor", data={"wall": "2026-03-02T15:09:30.000Z"})


def checked(chance: Chance) -> dict[str, Any]:
    """One text with what the check must find in it."""
    language = chance.pick(LANGUAGES)
    field = chance.pick(("strengths.0", "step.what", "idea"))
    words = [chance.pick(WORDS) for _ in range(chance.whole(14))]
    text = "".join(
        word + (chance.pick(STOPS) if chance.maybe(0.25) else "") + chance.pick((" ", " ", "  ")) for word in words
    )
    names = [chance.pick(NAMES_OF_PEOPLE) for _ in range(chance.whole(3))]
    findings = check({field: text}, language, names)
    if language in OTHER_FONTS:
        findings = {field: [one for one in found if one["level"] != "glyph"] for field, found in findings.items()}
    return {"language": language, "texts": {field: text}, "names": names, "findings": findings}


def differences(chance: Chance) -> list[Any]:
    n1, n2 = chance.whole(40), chance.whole(40)
    k1, k2 = chance.whole(n1 + 1), chance.whole(n2 + 1)
    return [k1, n1, k2, n2, *(newcombe(k1, n1, k2, n2) or ())]


def half(chance: Chance) -> list[Any]:
    times = [chance.pick((*LATENCIES, 777, 1888)) for _ in range(chance.whole(12))]
    answered = [chance.maybe(0.6) for _ in times]
    return [times, answered, median(kaplan_meier(times, answered))]


def text() -> str:
    """The file's text: one case a line, so that a difference can be read."""
    made = conformance()
    parts = []
    for key, value in made.items():
        if isinstance(value, list):
            rows = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in value)
            parts.append(f'"{key}":[\n{rows}\n]')
        else:
            parts.append(f'"{key}":{json.dumps(value)}')
    return "{" + ",\n".join(parts) + "}\n"


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
    print(f"{FILE.name}: {LOGS} logs, {FILE.stat().st_size} bytes")
