"""Reports: what can be written about workloads and organisations, to be downloaded.

``kinds`` has the registry, ``services/reports.py`` asks for one, ``tasks.build_report`` writes it.
"""
