"""A PAdES signature in a PDF, with a certificate that the bank holds: pyHanko writes it behind the document's bytes."""

import io
from pathlib import Path

from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers

from schemas.errors import UsageError


def signed_with(pdf: bytes, certificate: Path, passphrase: bytes, by: str) -> bytes:
    """Return the PDF with one signature more, in a field of its own; the bytes before it are as they were.

    certificate: a PKCS #12 file. Raises UsageError where it cannot be opened with the passphrase.
    """
    try:
        signer = signers.SimpleSigner.load_pkcs12_data(certificate.read_bytes(), other_certs=[], passphrase=passphrase)
    except (OSError, ValueError):
        signer = None
    if signer is None:
        raise UsageError(
            "the certificate cannot be opened: the file is not a PKCS #12, or the passphrase is not its own",
            where=str(certificate),
            available="a .p12 or .pfx with key and certificate; its passphrase in GREENLOAN_PASSPHRASE, or typed",
            remedy="correct the one or the other; nothing was signed",
        )
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    taken = {name for name, *_ in fields.enumerate_sig_fields(writer.prev)}
    place = next(name for number in range(1, len(taken) + 2) if (name := f"Signature{number}") not in taken)
    metadata = signers.PdfSignatureMetadata(
        field_name=place, name=by, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES
    )
    out = io.BytesIO()
    signers.PdfSigner(metadata, signer=signer).sign_pdf(writer, output=out)
    return out.getvalue()
