"""What does a manager read about a programme? Roll-ups of visits, figure rows and cells, never of events; exports.

Every table has three views: overall, by site, by month (`RollUp`). Numbers carry their n; None is "nothing to count
from" and never 0; figures made under different rules stand in groups of their own. Outcomes are never told by visitor.
"""
