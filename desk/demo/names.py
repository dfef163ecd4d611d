# ruff: noqa: E501
"""Names that are usual in a country, for the many people of a large demonstration."""

# country: what stands first, what stands second; a single name where the second is empty
NAMES = {
    "ID": (["ADI", "BUDI", "DEWI", "EKA", "FITRI", "INDAH", "JOKO", "KARTIKA", "LESTARI", "NUR", "PUTRI", "RATNA", "SARI", "TRI", "WAHYU", "YUSUF"],
           ["", "", "SANTOSO", "WIJAYA", "HIDAYAT", "KUSUMA", "NUGROHO", "PERMATA", "RAHMAWATI", "SETIAWAN", "SUSANTI", "UTOMO"]),
    "VN": (["NGUYỄN", "TRẦN", "LÊ", "PHẠM", "HOÀNG", "VŨ", "ĐẶNG", "BÙI", "ĐỖ", "HỒ"],
           ["THỊ MAI", "VĂN HÙNG", "MINH ANH", "THU HÀ", "QUỐC BẢO", "NGỌC LAN", "ĐỨC THẮNG", "THANH TÂM", "HẢI YẾN", "XUÂN NAM"]),
    "TH": (["ANONG", "CHAI", "KANYA", "MALEE", "NARONG", "PRASERT", "SIRIPORN", "SUDA", "WICHAI", "YUPA"],
           ["CHAIYAPORN", "INTHARAT", "KAEWMANEE", "PHROMMA", "SAETANG", "SRISUWAN", "THONGDEE", "WONGCHAI"]),
    "PH": (["ANGELA MAE", "BENJAMIN", "CARMELA", "DIOSDADO", "ELENA GRACE", "FERDIE", "JOSE RIZALINO", "LIZA", "MARICEL", "RAMON"],
           ["AQUINO SANTOS", "BAUTISTA CRUZ", "DE GUZMAN", "DEL ROSARIO", "GARCIA LIM", "MERCADO", "REYES TAN", "VILLAMOR"]),
    "LK": (["AMILA", "CHAMARI", "DINESH", "HASINI", "KASUN", "NADEESHA", "RUWAN", "SANDUNI", "THARINDU", "UPUL"],
           ["BANDARA", "DE SILVA", "FERNANDO", "GUNAWARDENA", "JAYASINGHE", "PERERA", "RATNAYAKE", "WICKRAMASINGHE"]),
    "MN": (["ALTANTSETSEG", "BATBAYAR", "BOLORMAA", "DORJ", "ENKHJARGAL", "GANBOLD", "MUNKHZUL", "NARANTUYA", "OTGON", "SARANTUYA"],
           [""]),
    "NP": (["ANIL", "BINITA", "DEEPAK", "GITA", "HARI", "KAMALA", "NABIN", "PRAKASH", "SABINA", "SUNITA"],
           ["ADHIKARI", "BHANDARI", "KHADKA", "MAHARJAN", "POUDEL", "RAI", "SHRESTHA", "TAMANG"]),
    "BR": (["BEATRIZ", "CAIO", "FERNANDA", "GUSTAVO", "ISABELA", "JOÃO PEDRO", "LARISSA", "MARCELO", "RENATA", "THIAGO"],
           ["ALMEIDA ROCHA", "BARBOSA", "CARDOSO LIMA", "DOS SANTOS", "FERREIRA", "GOMES", "MOREIRA", "PEREIRA NUNES"]),
    "EG": (["AHMED", "AMIRA", "HANAN", "KARIM", "LAYLA", "MAHMOUD", "MONA", "OMAR", "SALMA", "TAREK"],
           ["ABDEL FATTAH", "EL-MASRY", "FAROUK", "HASSAN ALI", "IBRAHIM", "MOSTAFA", "RASHAD", "SOLIMAN"]),
    "CN": (["CHEN", "GAO", "HUANG", "LIU", "SUN", "WANG", "WU", "XU", "YANG", "ZHANG"],
           ["HAORAN", "JIAYI", "MENGQI", "RUOXI", "SIYUAN", "TIANYU", "XINYI", "YICHEN", "ZIHAN", "ZIXUAN"]),
}  # fmt: skip
