"""Words that begin with a capital beside "patient" in headings and titles and are no names (quality rule 17)."""

from __future__ import annotations

_WORDS = """
a about access activity administration admission advice advocate age aids ambulatory an analysis and anonymised
anxiety appointment are area arm arrival as assessment assistant at attendance audit back bed benefit bone booking
breathing by call calibration camera cardiac care case centre checklist chest clinic clinical coach code comfort
communication complaint compliance confidentiality confirmed consent contact contamination controlled count couch
ct data date demographics department details diagnosis did dignity discharge discussion diversity dose dosimetry
education effective elbow engagement entrance environment equipment examination experience exposure external
factor feedback file first flow focus foot for form from functional general group had hand handling handover has
he health hip history hospital hot how i id identification identifier identity if image imaging in included
incident index inclusion infection information injection instructions interaction is isocentre it january february
march april may june july august september october november december journey knee lead leaflet left leg letter
level liaison list location lying management mapping mass measurement medical medication medicine mental
moderator monitoring monday tuesday wednesday thursday friday saturday sunday motion movement mr mri name needs
nhs no not notes now nuclear number nurse of on one onset or our outcome outcomes oxygen parent participation
pathway pelvis pet physics physicist population portal position positioned positioning practice pregnancy prep
preparation presented prior privacy procedure process profile protection protocol public quality questionnaire
radiation radiographer radiotherapy rapport record records referral reference registration rehabilitation release
reported reports request results right risk room safeguarding safety satisfaction scan scheduling screening
selection series service services set setup shared she should shoulder side skin slide so specific spect spine standing
status supervisor support surface survey symptoms systems table team technologist test that the then therapy they this
three time to tracking trainee training transfer transport treatment trolley trust two type unit up use using
verification view volume waiting was we weight welfare wellbeing were what when where which while who why will
with workflow wrist xray x-ray you zero alpha beta gamma
"""

NOT_NAMES = frozenset(_WORDS.split())
