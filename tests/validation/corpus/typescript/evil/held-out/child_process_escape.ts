import { exec } from "\u0063hild_process";

exec("id");
