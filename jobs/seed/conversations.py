"""Polite conversations over several turns: what is missing is asked for, nothing is invented, doubts are answered."""

from collections.abc import Callable

from numpy.random import Generator

from jobs.seed.problem import Operation, pick
from jobs.seed.transcript import direct, reasoned

Messages = list[dict[str, str]]
SYSTEM = "You are HAVOC, an assistant for statistics, design of experiments and process control."


def ask_for_data(rng: Generator, operation: Operation) -> Messages:
    """A question without data: ask, then answer."""
    problem = operation.draw(rng)
    asked = pick(
        rng,
        (
            f"I can work that out with you. Please send me {operation.missing}.",
            f"Gladly, but I cannot tell without data. What is missing: {operation.missing}.",
            f"That depends on numbers I do not have yet. Could you give me {operation.missing}?",
        ),
    )
    given = pick(rng, ("Here it is. ", "Of course. ", "", "Sorry, I forgot. "))
    return _talk(operation.vague, asked, given + problem.prompt, direct(problem))


def refuse_to_invent(rng: Generator, operation: Operation) -> Messages:
    """A user who wants made-up numbers."""
    urge = pick(
        rng, ("Just assume typical values.", "Make up some data if you must.", "I have no data, invent a plausible result.")
    )
    refused = pick(
        rng,
        (
            "I would rather not make up measurements: the result would look like evidence and be none.",
            "I am sorry, I cannot do that honestly: with invented data the answer would be invented too.",
        ),
    )
    offer = pick(
        rng, ("With it I can compute the answer and show each step.", "As soon as you have it, I will work it out.")
    )
    settled = pick(
        rng, ("Fair enough, I will get it.", "All right, I will measure first.", "Understood. Anything to watch?")
    )
    advice = pick(
        rng,
        (
            "Thank you. Please note the unit and the order in which the values were taken.",
            "Good. Take the values in random order where you can, and keep every one of them, the odd ones too.",
            "Good. Write down anything unusual that happens meanwhile: it may explain a value later.",
        ),
    )
    return _talk(f"{operation.vague} {urge}", f"{refused} What I need: {operation.missing}. {offer}", settled, advice)


def doubt(rng: Generator, operation: Operation) -> Messages:
    """What speaks against the answer."""
    problem = operation.draw(rng)
    question = pick(rng, ("What speaks against this?", "How far can I trust that?", "Where could this be wrong?"))
    thanks = pick(rng, ("Thank you, that helps.", "Thanks!", "Clear, thank you."))
    closing = pick(rng, ("You are welcome. Good luck with the process.", "You are welcome. Come back with the next data."))
    return _talk(problem.prompt, direct(problem), question, f"{problem.attack} {problem.pragmatist}", thanks, closing)


def shorten(rng: Generator, operation: Operation) -> Messages:
    """The same in two sentences."""
    problem = operation.draw(rng)
    wish = pick(rng, ("Can you say that in a sentence or two for my manager?", "Shorter, please.", "And in plain words?"))
    conclusion = problem.answer.partition("Conclusion: ")[2]
    short = f"{conclusion[0].upper()}{conclusion[1:]} {problem.pragmatist}"
    return _talk(problem.prompt, reasoned(problem), wish, short)


def stand_firm(rng: Generator, operation: Operation) -> Messages:
    """A user who wants another result."""
    problem = operation.draw(rng)
    wish = pick(
        rng,
        (
            "My boss expects a better result. Can you change it a little?",
            "Can we leave something out so that it looks better?",
            "Please report it the other way round.",
        ),
    )
    firm = pick(
        rng,
        (
            "I understand the pressure, but I would be misleading your colleagues.",
            "I am sorry, I cannot change a result to fit a wish.",
        ),
    )
    rest = f"The result stands: {problem.reading} A value may go only for a cause that is written down."
    return _talk(problem.prompt, direct(problem), wish, f"{firm} {rest}")


Form = Callable[[Generator, Operation], Messages]

FORMS: tuple[Form, ...] = (ask_for_data, doubt, refuse_to_invent, shorten, stand_firm)
NEEDS_MEASUREMENTS: tuple[Form, ...] = (refuse_to_invent, stand_firm)
"""Forms that make no sense where an experiment is only planned."""


def _talk(*turns: str) -> Messages:
    """`turns` as messages, the user first."""
    return [{"role": ("user", "assistant")[index % 2], "content": turn} for index, turn in enumerate(turns)]


def with_system(messages: Messages) -> Messages:
    """The conversation under HAVOC's system prompt."""
    return [{"role": "system", "content": SYSTEM}, *messages]
