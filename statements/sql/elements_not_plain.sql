-- The documents that are not plain: what may have been cancelled is among them.
-- Parameters: those of the documents and of what stands apart.
SELECT id FROM picked WHERE kind NOT IN ('invoice', 'credit_note', 'payment', 'refund') OR id IN (SELECT id FROM apart)
