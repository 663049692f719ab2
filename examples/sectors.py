"""The kinds of customers a city-gas company has, as data: how many, how large, who they are, how they pay.

Every number here is a plausible invention that gives the correlations a manager knows (large users are works,
heating plants and hospitals; small ones rent, pay in cash and close down); nothing is measured.
"""

from __future__ import annotations

from attrs import frozen


@frozen
class Sector:
    """One kind of customer.

    `share` of all customers; `usage` the median and `spread` the log standard deviation of m³/month; `price`
    in yuan/m³; `trust` the mean of the latent reliability (standard deviation 1) behind contract, payments
    and prepayment; `natures`, `premises` and `channels` relative frequencies; `names` what they are called.
    """

    name: str
    share: float
    usage: float
    spread: float
    price: float
    trust: float
    natures: dict[str, float]
    premises: dict[str, float]
    channels: dict[str, float]
    names: tuple[str, ...]


_OWN = {"自有物业": 85, "集团直属": 10, "租赁三年及以上": 5}
_WORKS = {"自有物业": 55, "集团直属": 12, "租赁三年及以上": 22, "租赁一至三年": 8, "承包": 2, "不明": 1}
_RENTED = {
    "自有物业": 14,
    "租赁三年及以上": 26,
    "租赁一至三年": 32,
    "租赁不足一年": 10,
    "转租": 9,
    "承包": 6,
    "不明": 3,
}
_SITE = {"集团直属": 20, "租赁不足一年": 45, "承包": 30, "不明": 5}

_BUDGET = {"银行代扣": 45, "对公转账": 45, "网上营业厅": 10}
_COMPANY = {"预付费表": 14, "银行代扣": 24, "对公转账": 46, "网上营业厅": 12, "柜台": 4}
_SHOP = {
    "预付费表": 26,
    "银行代扣": 8,
    "对公转账": 8,
    "网上营业厅": 27,
    "柜台": 17,
    "现金": 11,
    "上门收取": 3,
}

SECTORS: tuple[Sector, ...] = (
    Sector(
        "大型工业",
        0.06,
        68_000,
        0.80,
        3.25,
        0.75,
        {"国有企业": 34, "上市公司": 22, "外资企业": 20, "民营企业": 24},
        _WORKS,
        _COMPANY,
        ("钢管有限公司", "陶瓷股份有限公司", "玻璃有限公司", "铝业有限公司", "化工有限公司", "轮胎厂"),
    ),
    Sector(
        "中小工业",
        0.20,
        13_000,
        0.85,
        3.55,
        0.15,
        {"国有企业": 6, "上市公司": 3, "外资企业": 9, "民营企业": 82},
        _WORKS,
        _COMPANY,
        ("机械有限公司", "纺织有限公司", "食品有限公司", "印染有限公司", "包装材料厂", "铸造厂"),
    ),
    Sector(
        "集中供热",
        0.02,
        95_000,
        0.60,
        3.05,
        0.55,
        {"国有企业": 60, "民营企业": 30, "上市公司": 10},
        _OWN,
        _COMPANY,
        ("热力有限公司", "供热站"),
    ),
    Sector(
        "医院",
        0.04,
        24_000,
        0.75,
        3.35,
        1.05,
        {"医院": 92, "民营企业": 8},
        _OWN,
        _BUDGET,
        ("医院", "中医院", "妇幼保健院", "康复医院"),
    ),
    Sector(
        "学校",
        0.07,
        6_500,
        0.80,
        3.30,
        1.00,
        {"学校": 94, "民营企业": 6},
        _OWN,
        _BUDGET,
        ("中学", "小学", "职业技术学院", "幼儿园"),
    ),
    Sector(
        "机关事业",
        0.06,
        3_600,
        0.75,
        3.30,
        1.00,
        {"机关单位": 55, "事业单位": 45},
        _OWN,
        _BUDGET,
        ("行政服务中心", "机关食堂", "气象站", "敬老院", "体育中心"),
    ),
    Sector(
        "酒店商场",
        0.13,
        9_500,
        0.80,
        3.75,
        0.10,
        {"国有企业": 12, "上市公司": 6, "外资企业": 8, "民营企业": 74},
        _RENTED,
        _COMPANY,
        ("大酒店", "商务酒店", "购物广场", "度假村"),
    ),
    Sector(
        "洗浴洗涤",
        0.07,
        4_800,
        0.65,
        3.85,
        -0.35,
        {"民营企业": 60, "个体工商户": 40},
        _RENTED,
        _SHOP,
        ("洗涤有限公司", "浴场", "游泳馆", "洗衣店"),
    ),
    Sector(
        "餐饮",
        0.31,
        1_900,
        0.80,
        3.95,
        -0.20,
        {"个体工商户": 68, "民营企业": 32},
        _RENTED,
        _SHOP,
        ("火锅店", "面馆", "酒楼", "烧烤店", "餐饮有限公司", "小吃店"),
    ),
    Sector(
        "临时用气",
        0.04,
        2_400,
        0.80,
        3.95,
        -0.70,
        {"临时用户": 85, "民营企业": 15},
        _SITE,
        _SHOP,
        ("项目部", "临时食堂", "展销会"),
    ),
)

STATES = {"在用": 92.0, "暂停": 3.8, "销户": 3.0, "拆表": 1.2}
SAFETY = {
    "无隐患": 78,
    "已整改": 12,
    "整改期内": 6,
    "逾期未整改": 2.5,
    "拒检两次及以上": 1,
    "严重未整改": 0.5,
}
VETOES = {
    "窃气": 2,
    "违规用气": 3,
    "改变用途未改签": 3,
    "严重隐患未整改": 2,
    "陈欠无还款协议": 3,
    "连续三月欠费": 4,
}

CITY = "澄安"
DISTRICTS: dict[str, float] = {"东湾区": 28, "北岭区": 24, "河西区": 22, "高新区": 18, "澄湖县": 8}
STREETS = (
    "穗丰路",
    "望澄路",
    "新柳街",
    "青桐大道",
    "工农北路",
    "滨河东路",
    "石桥街",
    "云锦路",
    "向阳巷",
    "创业三路",
)
BRAND_FIRST = "恒穗澄云锦柏沐晟禾瑞朗翊菁泓颐隽屹谷桐澜"
BRAND_SECOND = "远川泰岚宸茂昇栖越溪顺朴合岳麓舟盈棠苑禾"
TEAMS: dict[str, tuple[str, ...]] = {
    "客户一组": ("柳青禾", "杜明川", "乔雨桐"),
    "客户二组": ("贺云舟", "秦晓岚", "尤海澜"),
    "客户三组": ("邵文柏", "温若溪", "骆家宁"),
}
