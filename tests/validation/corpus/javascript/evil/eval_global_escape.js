gl\u006fbalThis["\x65v\u0061l"]("1 + 1");
