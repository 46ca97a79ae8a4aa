# Rscript coxph.R GBSG.csv [SPLITS]: writes survival's gbsg with ids; with SPLITS, a line of numbers of test samples each, prints the concordance
# index of coxph with the ridge penalty 0.01 n on the test samples.
library(survival)
files <- commandArgs(TRUE)
d <- subset(gbsg, select = -pid)
write.csv(data.frame(id = paste0("s", seq_len(nrow(d))), d), files[1], row.names = FALSE)
all <- as.matrix(subset(d, select = -c(rfstime, status)))
for (line in if (length(files) > 1) readLines(files[2])) {
  test <- as.integer(strsplit(line, " ")[[1]])
  x <- sweep(sweep(all, 2, colMeans(all[-test, ])), 2, apply(all[-test, ], 2, sd), "/")
  a <- d[-test, ]
  s <- x[-test, ]
  fit <- coxph(Surv(a$rfstime, a$status) ~ ridge(s, theta = nrow(a) * 0.01, scale = FALSE), ties = "breslow")
  z <- x[test, ] %*% coef(fit)
  cat(concordance(Surv(d$rfstime[test], d$status[test]) ~ z, reverse = TRUE)$concordance, "")
}
