"""Words that begin with a capital beside "patient" in headings and titles and are no names (quality rule 17)."""

from __future__ import annotations

_WORDS = """
a about access activity administration admission advice advocate after age aids alpha ambulatory an analysis and
anonymised anxiety appointment april are area arm arrival as assessment assistant at attendance audit august back bed
before benefit beta bone booking breathing by calibration call camera cardiac care case centre centred charter
checklist chest choice cleaning clinic clinical coach code cohort cohorting comfort communication complaint complaints
compliance concern concerns confidentiality confirmed consent contact contamination controlled couch council count ct
data date december decision decisions demographics department details deterioration diagnosis did dignity directions
discharge discussion diversity dose doses dosimetry education effective elbow engagement entrance environment
equipment examination expectations experience experiences exposure external facing factor fall falls february feedback
file first flow focus foot for form forum friday from functional gamma general group groups had hand handling handover
has he health held hip history hoist hospital hot how i id identification identifier identity if image imaging in
incident included inclusion index infection information initiated injection instruction instructions interaction
interview interviews involvement is isocentre it january journey journeys july june knee lead leaflet left leg letter
level liaison lift lifts list lists location lying management mapping march mass may measurement medical medication
medicine mental moderator monday monitor monitoring monitors motion movement movements mr mri my name needs nhs no not
notes november now nuclear number nurse october of on one onset or our outcome outcomes oxygen parent participation
partnership pathway pathways pelvis perspective perspectives pet phantom physicist physics plan planning plans
population portal position positioned positioning practice pregnancy prep preparation presented prior privacy
procedure process profile protection protocol public quality questionnaire radiation radiographer radiotherapy rapport
record records reference referral registration rehabilitation release reported reports request results review reviewed
reviews right risk room safeguarding safety satisfaction saturday scan scanned scans scheduling screening selection
september series service services set setup shared she should shoulder side simulation simulator skin slide so
specific spect spine standing status stories story studies study summary sunday supervisor support surface survey
surveys symptoms systems table team technologist test that the then therapy they this three throughput thursday time
to tracking trainee training transfer transfers transport treatment trial trials trolley trust tuesday turnaround two
type understanding unit up use using verification view voice volume volunteer volunteers waiting warming was we
wednesday weight welfare wellbeing were what when where which while who why will with workflow wrist wristband
wristbands x-ray xray you zero zone
"""

NOT_NAMES = frozenset(_WORDS.split())
