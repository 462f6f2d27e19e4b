"""What schema.org calls the departments of a hospital, and what tags are about; what has no name there is not said."""

from articles.models import Tag

# By what the name of a 科室 begins with, the longer ones first: 小儿外科 is about children before it is surgical.
SPECIALTIES = {
    "心血管": "Cardiovascular",
    "心内": "Cardiovascular",
    "神经": "Neurologic",
    "精神": "Psychiatric",
    "心理": "Psychiatric",
    "消化": "Gastroenterologic",
    "呼吸": "Pulmonary",
    "内分泌": "Endocrine",
    "肾": "Renal",
    "血液": "Hematologic",
    "肿瘤": "Oncologic",
    "风湿": "Rheumatologic",
    "感染": "Infectious",
    "传染": "Infectious",
    "皮肤": "Dermatologic",
    "眼": "Optometric",
    "耳鼻": "Otolaryngologic",
    "口腔": "Dentistry",
    "牙": "Dentistry",
    "儿": "Pediatric",
    "小儿": "Pediatric",
    "新生儿": "Pediatric",
    "妇": "Gynecologic",
    "产": "Obstetric",
    "泌尿": "Urologic",
    "骨": "Musculoskeletal",
    "康复": "Physiotherapy",
    "老年": "Geriatric",
    "急诊": "Emergency",
    "营养": "DietNutrition",
    "麻醉": "Anesthesia",
    "整形": "PlasticSurgery",
    "全科": "PrimaryCare",
    "普外": "Surgical",
    "外科": "Surgical",
}
TYPES = {
    Tag.Kind.DISEASE: "MedicalCondition",
    Tag.Kind.SYMPTOM: "MedicalSymptom",
    Tag.Kind.DRUG: "Drug",
}


def specialty_of(department: Tag | None) -> str:
    """Return the address of the specialty of a department, or ""."""
    name = department.name if department else ""
    known = next((value for begin, value in SPECIALTIES.items() if name.startswith(begin)), "")
    return f"https://schema.org/{known}" if known else ""
