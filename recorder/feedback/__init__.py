"""From evidence to a family's page: choose, put into words, check, draw.

`sheet.from_observation` makes the page straight from an observation; `sheet.from_event` from what was approved;
`pdf.render` draws either.
"""
