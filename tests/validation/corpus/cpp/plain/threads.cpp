#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <iostream>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

class channel {
  public:
    void send(int n) {
        {
            std::lock_guard lock(mutex_);
            items_.push(n);
        }
        ready_.notify_one();
    }
    int receive() {
        std::unique_lock lock(mutex_);
        ready_.wait(lock, [this] { return !items_.empty(); });
        int n = items_.front();
        items_.pop();
        return n;
    }

  private:
    std::mutex mutex_;
    std::condition_variable ready_;
    std::queue<int> items_;
};

int main() {
    using namespace std::chrono_literals;
    std::atomic<long> total{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([i, &total] {
            for (int n = 0; n < 1000; ++n) total += i;
        });
    }
    for (auto &t : threads) t.join();
    channel c;
    auto sum = std::async(std::launch::async, [&c] {
        int all = 0;
        for (int i = 0; i < 3; ++i) all += c.receive();
        return all;
    });
    for (int i = 1; i <= 3; ++i) {
        std::this_thread::sleep_for(1ms);
        c.send(i * i);
    }
    std::cout << total << ' ' << sum.get() << '\n';
}
