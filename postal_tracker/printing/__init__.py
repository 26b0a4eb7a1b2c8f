"""From the record to paper.

batches       many labels to one printer, each once, going on where it stopped
label_files   labels as a file, for a printer that is not ours to reach
selection     which labels shall come out: those named, those of a list, those of a day
documents     the words on labels, receipts, lists, slips and envelopes
reservations  labels reserved for one printing: recorded first, released if nothing came out
print_log     every printing of a label or a receipt: when, by whom, which copy
sheets        what labels are drawn on
devices       printers as data, and sending one document to one of them
"""
