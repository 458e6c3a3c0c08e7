"""Practice quizzes in the page and in Colab: jupyterquiz, with labels, keyboard, announced feedback
and our colours.
"""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import Any

from IPython.display import HTML
from jupyterquiz.dynamic.loader import load_questions_script
from jupyterquiz.dynamic.renderer import build_script, render_div

from autograder.quiz import load_bank
from lessonkit import page

HERE = Path(__file__).resolve().parent


def practice_quiz(unit: str) -> HTML:
    """The practice quiz of a lesson; show it as the last expression of a cell.

    Args:
        unit: name of the lesson, which is the name of its bank in ``lessonkit/quizzes``, such as
        ``04_lstm_gates``.

    Raises:
        FileNotFoundError: there is no such bank; the message lists those that exist.
    """
    path = HERE / "quizzes" / f"{unit}.yml"
    if not path.is_file():
        known = ", ".join(sorted(found.stem for found in path.parent.glob("*.yml"))) or "none"
        raise FileNotFoundError(f"No practice quiz for {unit!r}. There are quizzes for: {known}.")
    bank = load_bank(path)
    questions = bank.to_jupyterquiz()
    sections = [question.section.partition("#")[2] for question in bank.questions]
    return HTML(quiz_html(f"quiz-{unit}", bank.title, questions, sections))


def quiz_html(name: str, title: str, questions: list[dict[str, Any]], sections: list[str]) -> str:
    """One self-contained piece of HTML: no request leaves the page, in static HTML, Jupyter and
    Colab alike.

    Args:
        name: id of the quiz in the page.
        title: what the quiz is about.
        questions: the questions in jupyterquiz' format.
        sections: for each question, the anchor of the heading to read again after a wrong answer,
        or "".
    """
    box = name.replace("-", "_")  # jupyterquiz also uses it as the name of a variable
    prefix, static, url = load_questions_script(questions, box)
    script = build_script(prefix.replace("</", "<\\/"), static, url, box, load_js=True)
    # jupyterquiz would typeset with, or fetch, MathJax; our questions hold none. It also logs every
    # click.
    quiet = (
        "(function (MathJax, console) {\n"
        + script
        + "\n})(undefined, {log: function () {}, error: console.error});"
    )
    style, layer = page.static("colours.css", "quiz.css"), page.static("quiz.js")
    container = render_div(
        box,
        shuffle_questions=False,
        shuffle_answers=False,
        preserve_responses=False,
        num=len(questions),
        max_width=720,
        border_radius=8,
        question_alignment="left",
    )
    return (
        f'<section class="practice-quiz" id="{name}" '
        f'aria-label="Practice quiz: {html.escape(title, quote=True)}" '
        f"data-sections='{html.escape(json.dumps(sections), quote=True)}'>"
        f"<style>{style}</style>{container}</div>"
        f"<noscript><p>The quiz needs JavaScript.</p></noscript></section>"
        f"<script>{quiet}\n{layer}</script>"
    )
