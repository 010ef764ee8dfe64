from django.urls import reverse
from tests.training import practice as p
from training import queries

def test_all(scene):
    cast = scene.cast; record=scene.tara
    p.submitted_review(record, cast.sam)
    p.signed_review(record, cast.sam); p.written_review(record, cast.sam)
    d = p.complete_dops(record, cast.sam)
    p.signed_dops(record, cast.mia); p.approved_dops(record, cast.trina, cast.sam); p.asked_dops(record, cast.trina)
    for who in (cast.tara, cast.sam, cast.mia, cast.cora, cast.olive, cast.trina):
        print(who, [w.what+"/"+w.role for w in queries.duties_for(who, p.TODAY)], [w.what for w in queries.others_for(who, p.TODAY)])
