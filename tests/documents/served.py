"""Addresses for the browser test: the files of the storage, and a page that shows them."""

from django.http import HttpResponse
from django.urls import path

from ctts.documents.models import Document
from ctts.documents.serving import serve

PAGE = """<!doctype html><html lang="en"><title>Files</title><link rel="icon" href="data:,"><h1>Files</h1>
<img src="/file/{picture}/" alt="picture"><iframe src="/file/{pdf}/" title="pdf" width="600" height="500"></iframe>
<a href="/download/{pdf}/">Download</a></html>"""


def show(request, pk, *, inline=True):
    document = Document.objects.get(pk=pk)
    return serve(document, reader=None, headers=request.headers, method=request.method, inline=inline)


def download(request, pk):
    return show(request, pk, inline=False)


def page(request, picture, pdf):
    return HttpResponse(PAGE.format(picture=picture, pdf=pdf))


urlpatterns = [
    path("file/<int:pk>/", show),
    path("download/<int:pk>/", download),
    path("page/<int:picture>/<int:pdf>/", page),
]
