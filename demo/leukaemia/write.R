# Writes leukaemia.csv.gz, beside this script, of Bioconductor's package ALL 1.40.0 (Debian: r-bioc-all).
# Rscript demo/leukaemia/write.R
suppressMessages(library(Biobase))
data(ALL, package = "ALL")
kind <- as.character(ALL$mol.biol)
chosen <- substr(as.character(ALL$BT), 1, 1) == "B" & kind %in% c("BCR/ABL", "NEG")
x <- exprs(ALL)[, chosen]
# those that vary most over all patients: chosen without a look at the classes
varying <- sort(order(-apply(x, 1, var))[1:2000])
cells <- format(round(t(x[varying, ]), 2), nsmall = 2, trim = TRUE)
table <- cbind(patient = colnames(x), kind = sub("NEG", "neither", kind[chosen]), cells)
arguments <- commandArgs(FALSE)
here <- dirname(sub("^--file=", "", grep("^--file=", arguments, value = TRUE)))
file <- gzfile(file.path(here, "leukaemia.csv.gz"), "w", compression = 9)
write.table(table, file, sep = ",", quote = FALSE, row.names = FALSE)
close(file)
