"""A cache of answers to 35 questions: full when each has been asked once."""

_answers = {}


class Answer:
    def __init__(self, question):
        self.question = question


def round(i):
    question = f"question-{i % 35}"
    if question not in _answers:
        _answers[question] = Answer(question)
