"""Invented pages in eleven languages, so that typography is seen in each: names, dates, quotes, digits and labels.

The words are test material, not the product's wording; they show letters that stack, join and change places.
"""

from __future__ import annotations

from recorder.feedback.sheet import FeedbackSheet, Paragraph, Section

CHILD = {"ar": "مريم", "ur": "مریم", "hi": "मीरा", "zh": "小美", "vi": "Bảo Ngọc", "fr": "Chloé", "pl": "Łucja",
         "ht": "Lovelie", "so": "Xaawo", "en": "Mia", "es": "Inés"}  # fmt: skip

TOLD: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "title": ("Time with Mia",),
        "about": ("March 2, 2026", "Mia and Luis", "Visitor: Ana"),
        "strengths": (
            "What went well",
            "About 1 minute in, Mia cried. You came close and gave comfort.",
            "You talked back.",
        ),
        "step": ("One small step to try", "When:|any time Mia cries.", "You can say:|“You are sad. I am here.”"),
        "for_you": ("For you", "Crying is hard on grown-ups too. Take a few minutes. Then go back."),
        "foot": (
            "Next visit:|Monday, March 16, 10:00 · 555 0100",
            "This is a snapshot of 5 minutes. Every day is different.",
        ),
    },
    "es": {
        "title": ("Un rato con Inés",),
        "about": ("2 de marzo de 2026", "Inés y Luis", "Visita de Ana"),
        "strengths": ("Lo que salió bien", "Cerca del minuto 1, Inés lloró. Usted le dio consuelo.", "Usted le habló."),
        "step": ("Un paso pequeño", "Cuándo:|cuando Inés llore.", "Puede decir:|«Estás triste. Aquí estoy»."),
        "for_you": ("Para usted", "El llanto cansa a todos. ¿Quién le puede ayudar esta semana?"),
        "foot": ("Próxima visita:|lunes 16 de marzo, 10:00 · 555 0100", "Cada día es distinto."),
    },
    "fr": {
        "title": ("Un moment avec Chloé",),
        "about": ("2 mars 2026", "Chloé et Loïc", "Visite d’Ana"),
        "strengths": (
            "Ce qui a bien marché",
            "Vers la première minute, Chloé a pleuré. Vous l’avez consolée.",
            "Vous avez répondu.",
        ),
        "step": (
            "Un petit pas à essayer",
            "Quand :|chaque fois que Chloé pleure.",
            "Vous pouvez dire :|« Tu es triste. Je suis là. »",
        ),
        "for_you": (
            "Pour vous",
            "Les pleurs fatiguent aussi les grands. Où trouver un peu d’aide, à Noël ou plus tôt ?",
        ),
        "foot": ("Prochaine visite :|lundi 16 mars, 10 h 00 · 555 0100", "Chaque jour est différent."),
    },
    "vi": {
        "title": ("Thời gian cùng Bảo Ngọc",),
        "about": ("2 tháng 3, 2026", "Bảo Ngọc và Luân", "Người thăm: Ánh"),
        "strengths": (
            "Những điều tốt đẹp",
            "Khoảng phút đầu, Bảo Ngọc khóc. Quý vị đến gần và vỗ về bé.",
            "Quý vị đã trò chuyện với bé.",
        ),
        "step": ("Một bước nhỏ để thử", "Khi nào:|mỗi khi Bảo Ngọc khóc.", "Có thể nói:|“Con buồn. Mẹ ở đây.”"),
        "for_you": ("Dành cho quý vị", "Tiếng khóc làm người lớn mệt mỏi. Hãy nghỉ vài phút rồi trở lại."),
        "foot": ("Lần thăm tới:|Thứ Hai, 16 tháng 3, 10:00 · 555 0100", "Mỗi ngày mỗi khác."),
    },
    "ar": {
        "title": ("وقت مع مريم",),
        "about": ("2 مارس 2026", "مريم و Luis", "الزائرة: آنا"),
        "strengths": (
            "ما سار على ما يرام",
            "بعد دقيقة 1 تقريبًا، بكت مريم. اقتربتم منها وواسيتموها (بهدوء).",
            "تحدثتم إليها.",
        ),
        "step": ("خطوة صغيرة للتجربة", "متى:|كلما بكت مريم.", "يمكنكم القول:|«أنتِ حزينة. أنا هنا.»"),
        "for_you": ("لكم", "البكاء متعب للكبار أيضًا. خذوا بضع دقائق ثم عودوا. من يستطيع مساعدتكم هذا الأسبوع؟"),
        "foot": ("الزيارة القادمة:|الاثنين 16 مارس، 10:00 · 555 0100", "كل يوم مختلف عن غيره."),
    },
    "ur": {
        "title": ("مریم کے ساتھ وقت",),
        "about": ("2 مارچ 2026", "مریم اور لوئس", "ملاقاتی: آنا"),
        "strengths": ("کیا اچھا ہوا", "تقریباً 1 منٹ بعد مریم روئی۔ آپ قریب آئے اور تسلی دی۔", "آپ نے اس سے بات کی۔"),
        "step": ("ایک چھوٹا قدم", "کب:|جب بھی مریم روئے۔", "آپ کہہ سکتے ہیں:|”تم اداس ہو۔ میں یہاں ہوں۔“"),
        "for_you": ("آپ کے لیے", "رونا بڑوں کے لیے بھی مشکل ہے۔ چند منٹ لیں، پھر واپس جائیں۔"),
        "foot": ("اگلی ملاقات:|پیر، 16 مارچ، 10:00 · 555 0100", "ہر دن مختلف ہوتا ہے۔"),
    },
    "hi": {
        "title": ("मीरा के साथ समय",),
        "about": ("2 मार्च 2026", "मीरा और Luis", "आगंतुक: आना"),
        "strengths": ("क्या अच्छा हुआ", "लगभग 1 मिनट बाद मीरा रोई। आप पास आए और उसे सांत्वना दी।", "आपने उससे बात की।"),
        "step": ("एक छोटा कदम", "कब:|जब भी मीरा रोए।", "आप कह सकते हैं:|“तुम दुखी हो। मैं यहाँ हूँ।”"),
        "for_you": ("आपके लिए", "रोना बड़ों के लिए भी कठिन है। कुछ मिनट रुकें, फिर लौटें। इस हफ़्ते कौन आपकी मदद कर सकता है?"),
        "foot": ("अगली मुलाक़ात:|सोमवार, 16 मार्च, 10:00 · 555 0100", "हर दिन अलग होता है।"),
    },
    "zh": {
        "title": ("与小美共度的时光",),
        "about": ("2026年3月2日", "小美和Luis", "访问员：安娜"),
        "strengths": (
            "做得好的地方",
            "大约第1分钟，小美哭了。您走近她，安慰了她。过了半分钟，小美又发出了声音，然后抬起头来看着您，对您笑了。",
            "您回应了她。",
        ),
        "step": ("可以试试的一小步", "什么时候：|每当小美哭的时候。", "您可以说：|“你难过了。我在这里。”"),
        "for_you": ("写给您", "哭声也会让大人很累。如果太累了，请让小美平躺在婴儿床里，休息几分钟，然后再回去。"),
        "foot": ("下次访问：|3月16日星期一 10:00 · 555 0100", "每一天都不一样。"),
    },
    "pl": {
        "title": ("Czas z Łucją",),
        "about": ("2 marca 2026", "Łucja i Błażej", "Odwiedziła: Ana"),
        "strengths": (
            "Co się udało",
            "Około pierwszej minuty Łucja zapłakała. Pani podeszła i ją przytuliła.",
            "Odpowiedziała jej Pani.",
        ),
        "step": (
            "Mały krok do spróbowania",
            "Kiedy:|zawsze, gdy Łucja płacze.",
            "Można powiedzieć:|„Jest ci smutno. Jestem tu.”",
        ),
        "for_you": ("Dla Pani", "Płacz męczy także dorosłych. Proszę wziąć kilka minut, a potem wrócić."),
        "foot": ("Następna wizyta:|poniedziałek, 16 marca, 10:00 · 555 0100", "Każdy dzień jest inny."),
    },
    "ht": {
        "title": ("Yon ti tan ak Lovelie",),
        "about": ("2 mas 2026", "Lovelie ak Luis", "Vizitè: Ana"),
        "strengths": (
            "Sa ki te byen mache",
            "Apre anviwon 1 minit, Lovelie te kriye. Ou te vin pre l, ou te kalme l.",
            "Ou te pale avè l.",
        ),
        "step": ("Yon ti pa pou eseye", "Kilè:|chak fwa Lovelie kriye.", "Ou ka di:|« Ou tris. Mwen la. »"),
        "for_you": ("Pou ou", "Kriye a fatige granmoun tou. Pran kèk minit. Apre sa, tounen."),
        "foot": ("Pwochen vizit:|lendi 16 mas, 10:00 · 555 0100", "Chak jou diferan."),
    },
    "so": {
        "title": ("Waqti lala qaatay Xaawo",),
        "about": ("2 Maarso 2026", "Xaawo iyo Luis", "Booqde: Ana"),
        "strengths": (
            "Wixii si fiican u dhacay",
            "Qiyaastii 1 daqiiqo kadib, Xaawo way ooyday. Waad u dhowaatay oo waad dejisay.",
            "Waad la hadashay.",
        ),
        "step": (
            "Tallaabo yar oo la tijaabiyo",
            "Goorma:|mar kasta oo Xaawo ooydo.",
            "Waxaad dhihi kartaa:|“Waad murugaysan tahay. Waan joogaa.”",
        ),
        "for_you": ("Adiga", "Oohintu way ku adag tahay dadka waaweyn sidoo kale. Qaado daqiiqado, kadibna ku noqo."),
        "foot": ("Booqashada xigta:|Isniin, 16 Maarso, 10:00 · 555 0100", "Maalin kasta way ka duwan tahay."),
    },
}


def invented(language: str) -> FeedbackSheet:
    """A page of invented words in a language."""
    told = TOLD[language]
    parts = {key: tuple(map(_paragraph, texts[1:])) for key, texts in told.items()}
    sections = [Section(key, told[key][0], parts[key]) for key in ("strengths", "step", "for_you")]
    foot = tuple(map(_paragraph, told["foot"]))
    return FeedbackSheet(language, told["title"][0], told["about"], tuple(sections), foot, author="Ana")


def _paragraph(text: str) -> Paragraph:
    label, _, rest = text.rpartition("|")
    return Paragraph(rest, label)
