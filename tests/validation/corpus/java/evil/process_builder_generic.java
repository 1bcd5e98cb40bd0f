import java.util.ArrayList;

class Main {
    static class Line<T> extends ArrayList<T> {}

    public static void main(String[] args) throws Exception {
        Line<Object> line = new Line<>();
        line.add(new ProcessBuilder("id"));
        ((ProcessBuilder) line.get(0)).start();
    }
}
