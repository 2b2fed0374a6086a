* Writes pspp.zsav with GNU PSPP: weight, very long text, dates before 1900.
DATA LIST LIST NOTABLE /id (F4.0) vikt (F8.3) dag (DATE11) tid (DTIME14.2) manad (MOYR8) namn (A9).
BEGIN DATA
1 1.5 30-APR-2022 "2 03:04:05.5" APR-2022 "Åsa Öö"
2 0.5 01-JAN-1750 . . "ÅÄÖåä"
END DATA.
STRING lang (A600).
COMPUTE lang = CONCAT("början", LPAD("slut", 580, "x")).

VARIABLE LABELS vikt "Vikt enligt designen".
VALUE LABELS id 1 "ett" 2 "två" /namn "ÅÄÖåä" "avhugget".
MISSING VALUES id (3 THRU HI, 2) /namn ("ingen").
WEIGHT BY vikt.
SAVE OUTFILE="pspp.zsav" /ZCOMPRESSED.
