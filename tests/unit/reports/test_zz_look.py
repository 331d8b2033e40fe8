import polars as pl
from pathlib import Path
from reports.crf import render_crf
from reports.crf.document import FieldName
import conftest, datetime as dt
from decimal import Decimal
from schemas.disclosures import CrfProject, CrfDisclosure
def save(r, tag):
    for i,p in enumerate(r.pages,1): Path(f"/tmp/look_{tag}_{i}.png").write_bytes(p)
    Path(f"/tmp/look_{tag}.pdf").write_bytes(r.pdf); print(tag,len(r.pages),len(r.pdf))
def test_look(make, table, projects, parameters):
    for lang in ("zh","en"):
        save(render_crf(make(lang=lang, institution="资溪农村商业银行股份有限公司" if lang=="zh" else "Zixi Rural Commercial Bank Co., Ltd.")), lang)
    fields=[*conftest.FIELDS, FieldName("f5","能源绿色低碳转型","Green and low-carbon transition of energy"), FieldName("f6","节能改造","Energy-saving retrofits")]
    big=table.with_columns(pl.when(pl.col("window")=="since_start").then((pl.col("disbursed_cny").cast(pl.Float64)*1000).cast(pl.Decimal(38,2))).otherwise("disbursed_cny").alias("disbursed_cny"), pl.col("attributed_annual_reductions_tco2e_per_year")*-1000)
    many=pl.concat([projects.with_columns(project_id=pl.col("project_id")+f"-{k:02}", disbursed_cny=(pl.col("disbursed_cny").cast(pl.Float64)*(k+1)*10).cast(pl.Decimal(38,2)), measured_last_four_quarters_tco2e=pl.col("measured_last_four_quarters_tco2e")*10) for k in range(8)])
    pars=pl.concat([parameters.with_columns(parameter_id=pl.col("parameter_id")+f"_of_the_previous_year_{k}", source=pl.lit("关于发布2022年电力二氧化碳排放因子的公告（生态环境部 国家统计局 公告2024年第33号）")) for k in range(12)])
    for lang in ("zh","en"):
        save(render_crf(make(table=big, projects=many, fields=fields, parameters=pars, lang=lang, verification="由某某质量认证中心按有限保证核实，报告编号 2025-018。", institution="中国人民银行某某省分行辖内全部获得碳减排支持工具支持的地方法人金融机构（合并口径）")), "big"+lang)
def test_odd(make, projects):
    for name in ("绿🌱色","𠮷野","\u200b零宽","a\x00b","a\nb\tc","名"*300, "ا عربي", "\ue000", "𪚥𱍐"):
        p = projects.with_columns(project_name=pl.when(pl.col("project_id")=="P-001").then(pl.lit(name)).otherwise("project_name"))
        try: render_crf(make(projects=p)); print(repr(name[:5]),"ok")
        except BaseException as e: print(repr(name[:5]), type(e), str(e)[:300])
