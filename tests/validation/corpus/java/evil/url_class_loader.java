import java.net.*;

class Main {
    public static void main(String[] args) throws Exception {
        new URLClassLoader(new URL[] {new URL("http://127.0.0.1/x.jar")}).loadClass("X");
    }
}
