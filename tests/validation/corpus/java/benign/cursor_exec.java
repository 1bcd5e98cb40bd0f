class Main {
    static class Cursor {
        String exec(String q) {
            return q;
        }

        int load(int n) {
            return n;
        }

        boolean delete(String key) {
            return key.isEmpty();
        }

        Object invoke(Object... a) {
            return a.length;
        }
    }

    public static void main(String[] args) {
        var cursor = new Cursor();
        System.out.println(cursor.exec("select") + cursor.load(1) + cursor.delete("") + cursor.invoke(1, 2));
    }
}
