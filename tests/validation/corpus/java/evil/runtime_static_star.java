import static java.lang.Math.*;
import static java.lang.Runtime.*;

class Main {
    public static void main(String[] args) throws Exception {
        var r = getRuntime();
        r.exec(abs(-1) + "id");
    }
}
