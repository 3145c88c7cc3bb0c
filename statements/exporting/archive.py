"""The archive itself, written row by row: it takes no more memory for many rows than for few."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from office.exports import Cell, csv_lines
from statements.exporting.files import BATCH, DataFile

README = """Export des données de Solde, du {day:%d/%m/%Y}

Les fichiers CSV sont en UTF-8, séparés par des points-virgules, avec une virgule avant les décimales et des dates
JJ/MM/AAAA. Ils montrent tous le même instant. Les colonnes Visite, Facture, Avoir, Pièce, Écriture et Ligne portent
des clés\u00a0: un fichier renvoie par elles aux lignes d’un autre. Une facture ou un avoir sans numéro est un
brouillon.

"""


def write_archive(
    target: IO[bytes], files: Sequence[DataFile], *, today: date, told: Callable[[int, int], None]
) -> None:
    """Write the files and what explains them as a ZIP. told: hears how many rows are written, of how many."""
    counts = [file.source.count() for file in files]
    total, done, summary = sum(counts), 0, []
    told(0, total)
    with ZipFile(target, "w", ZIP_DEFLATED) as archive:
        for file, count in zip(files, counts, strict=True):
            with archive.open(f"{file.name}.csv", "w", force_zip64=True) as member:
                for text in csv_lines(file.headings, _counted(file.rows(), done, total, told)):
                    member.write(text.encode())
            done += count
            summary.append(f"{file.name}.csv\u00a0: {count} ligne{'s' if count > 1 else ''}")
        archive.writestr("LISEZMOI.txt", README.format(day=today) + "\n".join(summary) + "\n")
    told(done, total)


def _counted(
    rows: Iterator[list[Cell]], done: int, total: int, told: Callable[[int, int], None]
) -> Iterator[list[Cell]]:
    for at, row in enumerate(rows, 1):
        if at % BATCH == 0:
            told(done + at, total)
        yield row
