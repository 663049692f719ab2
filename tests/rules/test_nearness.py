"""A suggestion is what somebody meant, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ccgrade_xl import RuleSet
from ccgrade_xl.rules.nearness import nearest
from ccgrade_xl.rules.spans import span_in, word_of_term
from ccgrade_xl.workbook.import_rows import option_words

WORDS = option_words(RuleSet.default())


@pytest.mark.parametrize(
    ("column", "word", "option"),
    [
        ("用气单位性质", "民营企也", "民营企业"),
        ("用气单位性质", "国企集团", "国有企业"),
        ("用气单位性质", "政府", "机关单位"),
        ("合同签订", "未签定", "未签订"),
        ("合同签订", "未签合同", "未签订"),
        ("合同签订", "变更末改签", "变更未改签"),
        ("用气单位所属", "租凭三年及以上", "租赁三年及以上"),
        ("缴费方式", "银行转帐", "对公转账"),
        ("缴费方式", "IC卡", "预付费表"),
        ("客户状态", "在用中", "在用"),
        ("燃气安全状况", "无隐息", "无隐患"),
        ("用气单位所属", "租赁2年", "租赁一至三年"),
        ("用气单位所属", "租赁 半年", "租赁不足一年"),
        ("用气单位所属", "租期三年", "租赁三年及以上"),
        ("用气单位所属", "租赁18个月", "租赁一至三年"),
        ("用气单位所属", "租赁一年半", "租赁一至三年"),
        ("用气单位所属", "租赁二年", "租赁一至三年"),
        ("用气单位所属", "租赁两年半", "租赁一至三年"),
        ("用气单位所属", "租赁六个月", "租赁不足一年"),
        ("用气单位所属", "租赁八个月", "租赁不足一年"),
        ("用气单位所属", "租赁十个月", "租赁不足一年"),
        ("用气单位所属", "租赁12个月", "租赁一至三年"),
    ],
)
def test_what_was_nearly_written_is_suggested(column: str, word: str, option: str) -> None:
    assert nearest(word, WORDS[column]) == option


@pytest.mark.parametrize(
    ("column", "word"),
    [
        ("缴费方式", "支付宝"),
        ("缴费方式", "刷卡"),
        ("缴费方式", "微信转账"),
        ("缴费方式", "非银行代扣"),
        ("缴费方式", "银行"),
        ("合同签订", "过期"),
        ("合同签订", "已到期"),
        ("合同签订", "到期"),
        ("合同签订", "无效"),
        ("合同签订", "未续签"),
        ("合同签订", "续签"),
        ("用气单位所属", "租赁"),
        ("用气单位所属", "租赁3年以下"),
        ("用气单位所属", "转租2年"),
        ("用气单位性质", "央企"),
        ("用气单位性质", "非国有"),
        ("燃气安全状况", "有隐患"),
        ("燃气安全状况", "不合格"),
        ("燃气安全状况", "未整改"),
        ("客户状态", "未启用"),
        ("否决事项", "否"),
    ],
)
def test_what_says_something_else_is_not_suggested(column: str, word: str) -> None:
    assert nearest(word, WORDS[column]) is None


@given(st.sampled_from(sorted(WORDS)), st.data())
def test_every_accepted_word_is_its_own_option(column: str, data: st.DataObject) -> None:
    word = data.draw(st.sampled_from(sorted(WORDS[column])))
    assert nearest(word, WORDS[column]) == WORDS[column][word]


@given(st.text(max_size=8), st.sampled_from(sorted(WORDS)))
def test_a_suggestion_is_an_option(word: str, column: str) -> None:
    assert nearest(word, WORDS[column]) in {None, *WORDS[column].values()}


@given(st.floats(0, 99))
def test_a_term_lies_in_one_span_alone(years: float) -> None:
    words = ("租赁不足一年", "租赁一至三年", "租赁三年及以上")
    spans = [span_in(word) for word in words]
    expected = [w for w, span in zip(words, spans, strict=True) if span and span.lower <= years < span.upper]
    assert [word_of_term(f"租赁{years:.15f}".rstrip("0").rstrip(".") + "年", words)] == expected
