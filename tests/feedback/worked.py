"""The worked case: five minutes of an invented child and caregiver, and the page that must come of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from recorder.charts.back_and_forth import BackAndForth, Turn
from recorder.feedback.choose import Proposal, propose
from recorder.feedback.evidence import Dyad, Evidence, gather
from recorder.feedback.sheet import Card, FeedbackSheet, Paragraph, Picture, Visited, from_event
from recorder.feedback.words import Facts, compose
from recorder.instruments.library import builtin
from recorder.measures.figures import figures
from recorder.measures.observation import Event, Keep, Observation

CUES = ((12, "VOC"), (30, "LOOK"), (55, "REACH"), (80, "CRY"), (110, "VOC"), (140, "PLAY"), (165, "LOOK"),
        (200, "AWAY"), (230, "REACH"), (270, "VOC"))  # fmt: skip
RESPONSES = ((14, "TALK"), (33, "JOY"), (56, "FOLLOW"), (84, "COMF"), (95, "TALK"), (143, "FOLLOW"), (171, "TALK"),
             (202, "TAKE"), (232.5, "TALK"), (250, "TOUCH"), (273, "TALK"))  # fmt: skip


def observed(
    taps: Sequence[tuple[float, str]] = CUES + RESPONSES,
    seconds: int = 300,
    keeps: Sequence[Keep] = (),
    ratings: Any = None,
    reviews: dict[tuple[float, str], str] | None = None,
) -> Observation:
    """An observation from taps in seconds; `reviews` by the tap that they answer."""
    ordered = sorted(taps)
    return Observation(
        scheme=builtin("serve-and-return/1"),
        duration_ms=seconds * 1000,
        events=tuple(Event(round(second * 1000), code) for second, code in ordered),
        keeps=tuple(keeps),
        ratings=ratings or {},
        reviews={ordered.index(tap): answer for tap, answer in (reviews or {}).items()},
    )


def evidence(observation: Observation | None = None, **dyad: Any) -> Evidence:
    observation = observation or observed()
    return gather(observation, figures(observation), Dyad(**dyad))


def proposed(*taps: tuple[float, str], **more: Any) -> Proposal:
    dyad = {name: more.pop(name) for name in list(more) if name in Dyad.__dataclass_fields__}
    return propose(evidence(observed(taps or CUES + RESPONSES, **more), **dyad))


def page(language: str, **changes: Any) -> FeedbackSheet:
    """The worked case as a finished page."""
    words = compose(propose(evidence()), Facts("Mia", visitor="Ana"), language)
    words |= {"next_visit": {"date": "2026-03-16", "time": "10:00"}} | changes
    return from_event(words, Visited("Mia", 300_000, date(2026, 3, 2), "Luis", "Ana", "555 0100"))


WORKED = {
    "en": """Time with Mia
March 2, 2026 · Mia and Luis · Visitor: Ana
What went well
About 1 minute in, Mia cried. You came close and gave comfort. Half a minute later, Mia made sounds again.
At the start, Mia made a sound. You talked back. Then Mia looked at you.
Mia reached out. You joined in right away. This is how Mia learns that you are there.
One thing Mia showed us
Sounds are Mia’s way to call you.
One small step to try
When: any time Mia cries, like at bedtime.
Come close, as you did. Then say what you see.
You can say: “You are sad. I am here.”
Why it helps: Mia hears your voice and feels you near.
Your idea
For you
Crying is hard on grown-ups too. If it gets too much, lay Mia in the crib, face up. Take a few minutes. \
Then go back. Who could help you this week?
Next visit: Monday, March 16, 10:00 · 555 0100
This is a snapshot of 5 minutes. Every day is different. We keep one copy, locked away. \
We share it only if you say yes, or if the law makes us.""",
    "es": """Un rato con Mia
2 de marzo de 2026 · Mia y Luis · Visita de Ana
Lo que salió bien
Cerca del minuto 1, Mia lloró. Usted se acercó y le dio consuelo. Medio minuto después, Mia volvió a hacer sonidos.
Al inicio, Mia hizo un sonido. Usted le habló. Luego Mia buscó su mirada.
Mia estiró la mano. Usted se unió enseguida. Así Mia aprende que usted está ahí.
Lo que Mia nos mostró
Con sus sonidos, Mia le habla a usted.
Un paso pequeño
Cuándo: cuando Mia llore, por ejemplo al ir a dormir.
Acérquese, como ya lo hizo. Luego diga lo que ve.
Puede decir: «Estás triste. Aquí estoy».
Por qué ayuda: Mia oye su voz y siente que usted está cerca.
Su idea
Para usted
El llanto cansa a todos. Si es demasiado, deje a Mia boca arriba en la cuna. Tome unos minutos. Luego regrese. \
¿Quién le puede ayudar esta semana?
Próxima visita: lunes 16 de marzo, 10:00 · 555 0100
Aquí vimos solo 5 minutos. Cada día es distinto. Guardamos una copia bajo llave. \
Solo la compartimos si usted dice que sí o lo pide la ley.""",
}
"""The page as the design has it; "Visita de" instead of "Visitadora", which would guess who the visitor is."""

PICTURE = Picture(
    title="Back and forth",
    values=BackAndForth(
        300_000,
        tuple(
            Turn(round(cue * 1000), "", code == "CRY", round(response * 1000))
            for (cue, code), (response, _) in zip(CUES[:5], RESPONSES[:5], strict=True)
        ),
        "Mia",
        "You",
    ),
    says="The moments when Mia called and you answered: 0:12, 0:30, 0:55, 1:20, 1:50.",
    paragraphs=(Paragraph("Each line joins a moment when Mia called and the moment when you answered."),),
)
"""The worked case's back-and-forth as a second page."""

CARD = Card(
    "en",
    "Good to know",
    (Paragraph("Babies cry to tell you something."), Paragraph("Hold on for a minute.", "Try this:")),
)
