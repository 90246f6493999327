"""Workloads and answers on their way out and in: JSON, workbooks, tables, Markdown."""
