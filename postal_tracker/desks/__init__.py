"""What people do: one module for each kind of work, a plain function for each act.

common        what several of them need: finding dossiers, checking times, writing an entry
acts          what is done with a dossier after it was taken in, and taking a mistake back
registration  taking a dossier in
lodged_elsewhere  what another system registers: under its code, once
correcting    putting right what was taken down, with a reason
sealing       putting dossiers into a parcel
erasing       what is held of people is erased
handover      lists that a postman signs, or brings
scanning      whatever a scanner reads
taking        a courier counts and takes a list, or makes one of what he brings
undoing       a courier takes back what he has just told
imports       lists from other systems
"""
