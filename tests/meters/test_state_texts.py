"""What texts of valve and status say: that it happened, that it did not, or nothing that is understood."""

from __future__ import annotations

import pytest

from ccgrade_xl.meters.state_texts import STATUS_WORDS, tells, valve_state

VALVES = {
    "closed": [
        "关",
        "关阀",
        "阀关",
        "全关",
        "关闭",
        "阀门关闭",
        "阀门已关闭",
        "关到位",
        "关阀到位",
        "已关阀",
        "强制关阀",
        "远程关阀",
        "欠费关阀",
        "阀门:关",
        "阀门状态：关闭",
        "0",
        "0.0",
        "０",
        "0-关",
        "关(0)",
        "CLOSED",
        "close",
        "off",
        "Valve_Closed",
        "shut-off",
        "已切断",
    ],
    "open": [
        "开",
        "开阀",
        "阀开",
        "全开",
        "打开",
        "阀门打开",
        "开到位",
        "已开阀",
        "半开",
        "常开",
        "1",
        "1.0",
        "1:开",
        "open",
        "ON",
        "阀门状态：开启",
    ],
    "none": ["无阀", "无阀门", "不带阀", "-", "--", "/", "N/A", "null", "nan", ""],
    None: ["未关", "关阀失败", "开关异常", "阀门故障", "正常", "2", "开度", "关联异常", "关阀中", "half"],
}


@pytest.mark.parametrize(
    ("state", "text"), [(state, text) for state, texts in VALVES.items() for text in texts]
)
def test_a_valve_text_says_open_closed_no_valve_or_is_not_understood(state, text):
    assert valve_state(text) == state


SAID = {
    "磁干扰": [
        "磁干扰",
        "通讯正常;磁干扰",
        "强磁报警",
        "磁干扰:1",
        "磁干扰=1;开盖=0",
        "信号:无 磁干扰",
        "磁干扰、无开盖",
        "磁干扰 无开盖",
        "磁干扰01",
        "磁干扰未解除",
        "Magnetic field",
        "magnetic: yes",
        "磁场干扰",
        "无磁干扰;强磁",
    ],
    "开盖": [
        "开盖",
        "开盖报警",
        "非法开盖",
        "未授权开盖",
        "外壳打开",
        "外壳:打开",
        "外壳被打开",
        "表盖打开",
        "拆卸",
        "拆卸报警",
        "防拆报警",
        "开盖未恢复",
        "无磁干扰;开盖",
        "tamper",
        "Cover open",
        "cover opened",
        "磁干扰=0,开盖=1",
    ],
    "替代值": ["替代值", "扰动量:12.5", "扰动量0.5", "substitute value"],
    "换表": ["换表", "已换表", "换表完成", "meter changed"],
}
DENIED = {
    "磁干扰": [
        "无磁干扰",
        "磁干扰:无",
        "磁干扰：无",
        "磁干扰：无;开盖：无",
        "磁干扰=0",
        "磁干扰 = 0",
        "磁干扰0",
        "磁干扰解除",
        "磁干扰已解除",
        "磁干扰报警解除",
        "磁干扰恢复正常",
        "未检测到磁干扰",
        "无强磁",
        "磁干扰(无)",
        "磁干扰否",
        "无开盖、磁干扰",
        "无开盖或磁干扰",
        "磁干扰/开盖:无",
        "no magnetic",
        "magnetic: no",
        "magnetic=false",
        "磁干扰:未发生",
        "磁干扰无异常",
        "磁干扰消失",
        "解除磁干扰",
        "正常",
    ],
    "开盖": [
        "未开盖",
        "无开盖",
        "开盖:无",
        "开盖=0",
        "开盖恢复",
        "开盖正常",
        "开盖检测正常",
        "开盖状态:关",
        "防拆正常",
        "无磁干扰无开盖",
        "not tampered",
        "untampered",
        "tamper: off",
        "cover open: false",
        "cover closed",
        "磁干扰、无开盖",
        "无磁干扰/开盖",
    ],
    "替代值": ["无替代值", "替代值:0", "扰动量=0", "扰动量=0.00", "无扰动"],
    "换表": ["未换表", "换表:否"],
}


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in SAID.items() for text in texts])
def test_a_status_text_tells_what_happened(what, text):
    assert tells(text, what)


@pytest.mark.parametrize(("what", "text"), [(what, text) for what, texts in DENIED.items() for text in texts])
def test_a_status_text_that_denies_it_or_says_it_is_over_does_not_tell_it(what, text):
    assert not tells(text, what)


def test_a_word_alone_tells_itself_and_nothing_else():
    for word in STATUS_WORDS:
        assert [what for what in STATUS_WORDS if tells(word, what)] == [word]
