class Main {
    public static void main(String[] args) throws Exception {
        Object r = Class.forName("java.lang.Runtime").getMethod("getRuntime").invoke(null);
        r.getClass().getMethod("exec", String.class).invoke(r, "id");
    }
}
