"""What the codes of provinces mean: a code beside another's name would take the other's grid and factor."""

from collections.abc import Iterator, Mapping
from typing import Final

NAMES: Final[Mapping[str, tuple[str, str]]] = {
    "CN-BJ": ("北京", "Beijing"), "CN-TJ": ("天津", "Tianjin"), "CN-HE": ("河北", "Hebei"),
    "CN-SX": ("山西", "Shanxi"), "CN-NM": ("内蒙古", "Inner Mongolia"), "CN-LN": ("辽宁", "Liaoning"),
    "CN-JL": ("吉林", "Jilin"), "CN-HL": ("黑龙江", "Heilongjiang"), "CN-SH": ("上海", "Shanghai"),
    "CN-JS": ("江苏", "Jiangsu"), "CN-ZJ": ("浙江", "Zhejiang"), "CN-AH": ("安徽", "Anhui"),
    "CN-FJ": ("福建", "Fujian"), "CN-JX": ("江西", "Jiangxi"), "CN-SD": ("山东", "Shandong"),
    "CN-HA": ("河南", "Henan"), "CN-HB": ("湖北", "Hubei"), "CN-HN": ("湖南", "Hunan"),
    "CN-GD": ("广东", "Guangdong"), "CN-GX": ("广西", "Guangxi"), "CN-HI": ("海南", "Hainan"),
    "CN-CQ": ("重庆", "Chongqing"), "CN-SC": ("四川", "Sichuan"), "CN-GZ": ("贵州", "Guizhou"),
    "CN-YN": ("云南", "Yunnan"), "CN-XZ": ("西藏", "Tibet"), "CN-SN": ("陕西", "Shaanxi"),
    "CN-GS": ("甘肃", "Gansu"), "CN-QH": ("青海", "Qinghai"), "CN-NX": ("宁夏", "Ningxia"),
    "CN-XJ": ("新疆", "Xinjiang"), "CN-HK": ("香港", "Hong Kong"), "CN-MO": ("澳门", "Macao"),
    "CN-TW": ("台湾", "Taiwan"),
}  # fmt: skip
"""Code of ISO 3166-2, with the name in Chinese and in English."""


def misnamed_province(cells: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Return the column of regions.csv that does not fit the others of its row, and what is wrong with it."""
    code, written = cells["province_code"], (cells["province_zh"], cells["province_en"])
    meant = next((one for one, names in NAMES.items() if names == written), None)
    if meant and meant != code:
        yield "province_code", f"'{code}' is not the code of {' '.join(written)} (ISO 3166-2); write {meant}"
    elif code not in NAMES:
        yield "province_code", f"'{code}' is not a code of a province (ISO 3166-2); write one as CN-JX"
    for column, name, known in zip(("province_zh", "province_en"), written, NAMES.get(code, ()), strict=False):
        if not meant and name.strip() and name != known:
            yield column, f"'{name}' is not the name of {code}; write {known}, or correct the code"
    for alias in cells["aliases"].split("|") if meant == code else ():
        others = [one for one, names in NAMES.items() if one != code and any(name in alias for name in names)]
        if others:
            yield "aliases", f"'{alias}' names {others[0]}, not {code}; write the other names of {NAMES[code][0]}"
