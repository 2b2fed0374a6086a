# Writes haven.sav with the package haven.
library(haven)
data <- data.frame(id = c(1, 2, 3))
data$svar <- labelled_spss(c(1, 8, 9), labels = c("Ja" = 1, "Vet ej" = 8), na_range = c(8, 9), label = "Svar på frågan")
data$ort <- labelled_spss(c("Arvika", "-", "Säffle"), labels = c("Okänd" = "-"), na_values = "-")
data$dag <- as.Date(c("2022-04-30", NA, "2024-02-29"))
data$tid <- as.POSIXct(c("2022-04-30 13:45:00", NA, "2024-02-29 00:00:00"), tz = "UTC")
write_sav(data, "haven.sav", compress = "none")
