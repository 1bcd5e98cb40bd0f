console.log(`a ${`b ${require("child_process").execSync(`id ${"-u"}`)} c`} d`);
