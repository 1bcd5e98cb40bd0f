import java.awt.Desktop;
import java.io.File;

class Main {
    public static void main(String[] args) throws Exception {
        Desktop.getDesktop().open(new File("/tmp/x.sh"));
    }
}
