"""From a stained section to measurements with units; knows no patient and no trial.

A slide is read (`reading`), its white and tissue found (`tissue`), the stains of its batch
estimated (`stains`), its chromogen measured (`density`) and its cells counted (`cells`); `measure`
does all of it for a batch. Two scanners are compared through a `calibration` only. `readers`
blinds people.
"""
