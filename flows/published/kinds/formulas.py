"""The formulas beside those of the methods, as documents and pages print them: from the expressions that run."""

from reports.crf.printed import Formulas
from reports.crf.words import WORDS
from transforms.attribution.profiles import Rule
from transforms.attribution.shares import share_rule
from transforms.methods.engine.render import Lang, in_words
from transforms.outcomes.promised_expected_measured import comparison_rules


def printed_formulas(by: Rule, lang: Lang) -> Formulas:
    """Return the share rule, what is expected of a promise, and its gap."""
    names = WORDS[lang].signs
    parts = {"money": by.basis, "denominator": by.denominator, "reduction": by.reduction}
    of_rule = names | {sign: names[part] for sign, part in parts.items()}
    compared = {sign: in_words(sign, rule, names, lang) for sign, rule in comparison_rules().items()}
    return Formulas(share=in_words("attributed", share_rule(), of_rule, lang), **compared)
