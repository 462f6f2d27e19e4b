"""Words on which the meaning of a medical text hangs: small changes leave them alone, and what stands beside them.

A word counts as it stands in the text, the longest first: 功能 is read as one word, so that its 能 says nothing.
"""

from .wordlists import word_set

NUMBER, UNIT, LIMIT, COMPARISON, DRUG, SIGN = "数字", "单位或用法", "限定的字", "比较的字", "药名", "字母或符号"
THING = "部位、指标或物质"

# What forbids, allows, limits or hedges. A neighbour of these that changes says something else: 不痛 and 不动.
LIMITS = word_set(
    """
    不 无 未 非 莫 勿 别 没 没有 禁 忌 慎 停 免 避 戒 否 缺 拒 除 除非 除外 反对 拒绝
    可 可以 能 能够 会 须 必 必须 必要 应 应该 应当 宜 需 需要 要 建议 允许 准许 可能 或许 也许 大概 似乎
    一般 通常 往往 常 常常 经常 偶 偶尔 有时 多数 少数 大多 大多数 部分 多半 几乎 尽量 最好 最
    一定 肯定 绝对 完全 一律 务必 千万 立即 立刻 马上 尽快 及时 随时 只 只有 只要 仅 全部 所有 任何 唯一
    如果 若 假如 一旦 万一 或 或者 而不 而非 并非 代替 替代 改用 换 换成 遵 医嘱 自行 擅自
    """
)
COMPARISONS = word_set(
    """
    以上 以下 以内 以外 以前 以后 之前 之后 之内 前 后 大于 小于 高于 低于 多于 少于 等于 超过 不足 不到 达到
    至少 至多 最多 最少 最高 最低 同时 期间 直到 约 大约 左右
    """
)
# These count wherever they come or go, whatever stands beside them: most of what they measure is told by a number.
OPPOSITES = word_set(
    """
    高 低 大 小 少 上 下 增 减 加 升 降 快 慢 轻 重 长 短 强 弱 急 缓 冷 热 凉 温 干 湿 左 右 内 外 良 恶 阴 阳
    先 早 晚 粗 细 厚 薄 深 浅 松 紧 开 关 男 女 孕 哺乳 婴 幼 儿童 小儿 老年 老人 成人
    患侧 健侧 患肢 健肢 仰卧 俯卧 侧卧 平躺 吸气 呼气 同服 分服 催吐 洗胃 过量
    补盐 补水 补糖 补钾 补钙 补铁 限盐 限水 限糖 限钾 限钙 限铁
    """
)
# What is meant, as 肝 and 肾 in 肝功能不全者禁用. Without what is a part of everyday words: 心 头 手 口 皮.
THINGS = word_set(
    """
    脑 眼 耳 鼻 喉 咽 颈 肩 肺 肝 胆 胰 脾 胃 肠 肾 膀胱 子宫 卵巢 腰 腹 肘 腕 膝 踝 动脉
    血压 收缩压 舒张压 血糖 血脂 尿酸 红细胞 白细胞 血小板 心率 脉搏 体温 体重
    钾 钠 钙 镁 铁 锌 碘 糖 盐 酒精 碘伏 双氧水 便秘 腹泻
    """
)
UNITS = word_set(
    """
    克 毫克 微克 纳克 千克 公斤 斤 升 毫升 微升 厘米 毫米 微米 公分 公升 国际单位 单位 片 粒 丸 支 瓶 袋 包 滴 喷 勺
    匙 杯 次 顿 餐 天 日 周 星期 礼拜 月 年 岁 小时 钟头 分钟 秒 度 摄氏度 倍 型 期 级 每 各 隔 首 空腹
    口服 外用 注射 静脉 肌肉 皮下 舌下 含服 嚼 吞 敷 涂 吸入 灌 输 点滴 冲服
    """
)
# Words whose characters lose nothing by what stands beside them, and everything by going.
WHOLE = word_set(
    "不同 不但 不仅 无论 非常 未来 免疫 差不多 正常 异常 失常 必然 避孕 停留 无效 有效 阳性 阴性 安全 危险"
)
# Words in which the characters above mean nothing of their own.
PLAIN = word_set(
    """
    功能 性能 机能 智能 技能 能量 能力 可怕 可惜 认可 反应 适应 效应 感应 相应 供应 对应 响应 应激 应用 应对
    会诊 学会 机会 社会 协会 主要 重要 要点 要素 特别 区别 分别 差别 性别 级别 个别 类别 鉴别 识别 辨别
    别人 目前 前列腺 前庭 前臂 前额 前往 后背 后脑 然后 最后 后来 后果
    一样 一起 一边 统一 一直 一下 一步 常见 日常 平常 需求 除了 换气 交换 约定
    脑子 脑筋 眼下 眼看 眼神 耳朵 心肠 热心肠 糖果
    """
)
VAGUE = frozenset("几")  # a number, and no certain one: 休息几天 and 歇几天
NUMERALS = "〇零一二三四五六七八九十百千万亿廿卅半两双壹贰叁肆伍陆柒捌玖拾佰仟"
# Drugs that the copy-editor knows only where they are given, and kinds of drugs.
DRUGS = word_set(
    "胰岛素 干扰素 激素 抗生素 消炎药 止痛药 退烧药 退热药 降压药 降糖药 安眠药 疫苗 麻药 中药 西药 处方药 非处方药"
)
KINDS = (
    dict.fromkeys(VAGUE, NUMBER)
    | dict.fromkeys(THINGS, THING)
    | dict.fromkeys(UNITS, UNIT)
    | dict.fromkeys(OPPOSITES | COMPARISONS, COMPARISON)
    | dict.fromkeys(LIMITS | WHOLE, LIMIT)
)
LOOSE = (UNITS | OPPOSITES | THINGS | WHOLE | VAGUE) - LIMITS - COMPARISONS
