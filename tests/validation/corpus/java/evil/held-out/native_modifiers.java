class Main {
    @Deprecated
    public final synchronized
    native <T> T weather(int... days) throws Exception;
}
