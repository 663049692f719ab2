"""Does the group grade as the rules do? Papers from the rules and the sample, marked; the same customers graded twice.

paper = exam_paper(Source(customers, Setting(rules, as_of)), count=20, seed=7)
asked = [question.asked(setting) for question in paper.questions]
[asked[0].mark("五星级"), ...]
agreement(first, second).kappa
"""
