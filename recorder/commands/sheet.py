"""`recorder sheet`: the page for a family straight from a file, as it is proposed."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace

import click

from recorder.commands.reading import Said, observation_options, observed

NOBODY = {"en": "Baby", "es": "Bebé", "fr": "Bébé", "vi": "Bé", "ar": "طفلكم", "zh": "宝宝"}
"""What the page calls a child whose name nobody said."""

EXAMPLE = "Example: recorder sheet visit.observation.json -o page.pdf --child Mia --language es --paper a4"


@click.command("sheet", epilog=EXAMPLE)
@click.argument("file", metavar="FILE")
@click.option("-o", "--output", required=True, metavar="OUT.pdf", help="Where the page goes.")
@click.option("--language", type=click.Choice(list(NOBODY)), default="en", show_default=True, help="Of the page.")
@click.option("--paper", type=click.Choice(["a4", "letter"]), default="letter", show_default=True)
@click.option("--large-print", is_flag=True, help="Larger letters, for two pages if need be.")
@click.option("--picture", is_flag=True, help="With the back-and-forth as a second page.")
@click.option("--second-language", type=click.Choice(list(NOBODY)), help="The same page again, in another language.")
@click.option("--child", metavar="NAME", help="The child's first name. No file holds it.")
@observation_options
def command(
    file: str,
    output: str,
    language: str,
    paper: str,
    large_print: bool,
    picture: bool,
    second_language: str | None,
    child: str | None,
    scheme: str | None,
    columns: Mapping[str, str] | None,
    duration_ms: int | None,
) -> None:
    """Make the page that a family keeps from an observation (FILE or FILE#OBSERVATION), as proposed."""
    if not output.lower().endswith(".pdf"):
        raise click.BadParameter("the page is a PDF: let its name end in .pdf", param_hint="-o")
    if picture and second_language:
        raise click.BadParameter("there is one second page: a picture or another language", param_hint="--picture")
    seen = observed(file, Said(scheme, columns, duration_ms))
    from recorder.exchange import files
    from recorder.feedback.check import check
    from recorder.feedback.evidence import gather
    from recorder.feedback.pdf import CannotDraw, missing_glyphs, render
    from recorder.feedback.picture import picture as picture_of
    from recorder.feedback.sheet import Visited, from_observation
    from recorder.measures.figures import figures

    name = (child or "").strip() or NOBODY[language]
    if missing := missing_glyphs(name, language):
        raise click.ClickException(f"The page's font lacks {' '.join(missing)}: write the name in other letters.")
    if not child:
        click.echo(f"No --child was given: the page says {name}.", err=True)
    day = seen.started_at.date() if seen.started_at else None
    page = from_observation(seen, Visited(name, 0, day=day), language)
    for finding in check({"page": page.text()}, language, [name])["page"]:
        click.echo(f"Worth another look. {finding['message']}", err=True)
    if picture:
        page = replace(page, second=picture_of(gather(seen, figures(seen)), name, language))
    elif second_language:
        again = Visited((child or "").strip() or NOBODY[second_language], 0, day=day)
        page = replace(page, second=from_observation(seen, again, second_language))
    try:
        content = render(page, paper, large_print=large_print)
    except CannotDraw as problem:
        raise click.ClickException(str(problem)) from None
    files.write(output, content)
    click.echo(f"{os.path.basename(output)}: {len(page.sections)} parts, {len(page.text().split())} words.", err=True)
