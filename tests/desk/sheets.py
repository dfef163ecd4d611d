"""The kinds of spreadsheets, and one with a correction to upload."""

from django.core.files.uploadedfile import SimpleUploadedFile

from files.sheets.writing import write_csv, write_xlsx

KINDS = ["applications", "local_governments", "nominations", "requests"]


def file_of(*rows: list, form: str = "xlsx") -> SimpleUploadedFile:
    data = write_xlsx(rows, title="団体") if form == "xlsx" else write_csv(rows)
    return SimpleUploadedFile(f"訂正.{form}", data)


def correction(romaji: str = "Saijo-city") -> SimpleUploadedFile:
    return file_of(["code", "romaji"], ["団体コード", "ローマ字"], ["382060", romaji])
