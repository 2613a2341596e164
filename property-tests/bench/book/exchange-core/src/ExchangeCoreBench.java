import exchange.core2.collections.objpool.ObjectsPool;
import exchange.core2.core.common.CoreSymbolSpecification;
import exchange.core2.core.common.MatcherEventType;
import exchange.core2.core.common.MatcherTradeEvent;
import exchange.core2.core.common.OrderAction;
import exchange.core2.core.common.OrderType;
import exchange.core2.core.common.SymbolType;
import exchange.core2.core.common.cmd.CommandResultCode;
import exchange.core2.core.common.cmd.OrderCommand;
import exchange.core2.core.common.cmd.OrderCommandType;
import exchange.core2.core.common.config.LoggingConfiguration;
import exchange.core2.core.orderbook.IOrderBook;
import exchange.core2.core.orderbook.OrderBookDirectImpl;
import exchange.core2.core.orderbook.OrderBookEventsHelper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteOrder;
import java.nio.IntBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The matching of exchange-core's "Direct" book alone, without its ring buffer, risk engine and journal: commands of an
 * order flow in, one line of JSON out for each line "round" or "percentiles" on standard input.
 */
public final class ExchangeCoreBench {
  private static final int WORDS = 6;
  private static final long HIGHEST_PRICE = 4_095;

  /** Records as all implementations are given them: the id, scattered, takes the place of the id and of the sequence. */
  private final int[] words;
  private final int commands;
  private final IOrderBook[] books;
  private final OrderCommand command = new OrderCommand();
  private long trades;
  private long quantity;
  private long notional;

  private ExchangeCoreBench(int[] words) {
    this.words = words;
    commands = words.length / WORDS;
    int most = 0;
    for (int index = 0; index < commands; index++) {
      long id = scatter(words[index * WORDS + 1]);
      words[index * WORDS + 1] = (int) id;
      words[index * WORDS + 5] = (int) (id >>> 32);
      most = Math.max(most, words[index * WORDS] >>> 16);
    }
    books = new IOrderBook[most + 1];
  }

  /**
   * The same bijection as `scatter` of flow.ts, outside the timed part, without its highest bit: exchange-core's index of
   * order ids loses orders whose ids are negative, and then ends with wrong totals.
   */
  private static long scatter(int id) {
    int low = id;
    int high = 0;
    for (int key : new int[] {0x9e3779b1, 0x85ebca77, 0xc2b2ae3d, 0x27d4eb2f}) {
      int mixed = (low ^ key) * 0x2c1b3c6d;
      mixed = (mixed ^ (mixed >>> 15)) * 0x297a2d39;
      int next = high ^ mixed ^ (mixed >>> 13);
      high = low;
      low = next;
    }
    return (((long) high << 32) | (low & 0xffffffffL)) & Long.MAX_VALUE;
  }

  /** Room as exchange-core's own matching engine gives it. */
  private static ObjectsPool pool() {
    Map<Integer, Integer> sizes = new HashMap<>();
    sizes.put(ObjectsPool.DIRECT_ORDER, 1024 * 1024);
    sizes.put(ObjectsPool.DIRECT_BUCKET, 1024 * 64);
    sizes.put(ObjectsPool.ART_NODE_4, 1024 * 32);
    sizes.put(ObjectsPool.ART_NODE_16, 1024 * 16);
    sizes.put(ObjectsPool.ART_NODE_48, 1024 * 8);
    sizes.put(ObjectsPool.ART_NODE_256, 1024 * 4);
    return new ObjectsPool(sizes);
  }

  private void prepare() {
    ObjectsPool pool = pool();
    for (int book = 0; book < books.length; book++) {
      CoreSymbolSpecification symbol = CoreSymbolSpecification.builder().symbolId(book).type(SymbolType.FUTURES_CONTRACT).baseScaleK(1).quoteScaleK(1).build();
      books[book] = new OrderBookDirectImpl(symbol, pool, OrderBookEventsHelper.NON_POOLED_EVENTS_HELPER, LoggingConfiguration.DEFAULT);
    }
    trades = 0;
    quantity = 0;
    notional = 0;
  }

  private void run(int from, int to) {
    for (int index = from; index < to; index++) {
      int at = index * WORDS;
      int head = words[at];
      int op = head & 255;
      command.orderId = ((long) words[at + 5] << 32) | (words[at + 1] & 0xffffffffL);
      command.uid = words[at + 4];
      command.price = words[at + 2];
      command.matcherEvent = null;
      if (op == 1) command.command = OrderCommandType.CANCEL_ORDER;
      else if (op == 2) command.command = OrderCommandType.MOVE_ORDER;
      else {
        command.command = OrderCommandType.PLACE_ORDER;
        command.resultCode = CommandResultCode.VALID_FOR_MATCHING_ENGINE;
        command.orderType = op == 3 ? OrderType.IOC : OrderType.GTC;
        command.action = ((head >>> 8) & 255) == 0 ? OrderAction.BID : OrderAction.ASK;
        command.size = words[at + 3];
        command.reserveBidPrice = HIGHEST_PRICE;
      }
      IOrderBook.processCommand(books[head >>> 16], command);
      for (MatcherTradeEvent event = command.matcherEvent; event != null; event = event.nextEvent) {
        if (event.eventType != MatcherEventType.TRADE) continue;
        trades++;
        quantity += event.size;
        notional += event.size * event.price;
      }
    }
  }

  private static long collections() {
    long count = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) count += collector.getCollectionCount();
    return count;
  }

  private static long residentMegabytes() throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
      if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) / 1024;
    }
    return 0;
  }

  private String round() throws Exception {
    prepare();
    System.gc();
    long before = collections();
    long began = System.nanoTime();
    run(0, commands);
    long took = System.nanoTime() - began;
    long collected = collections() - before;
    long resting = 0;
    long open = 0;
    for (IOrderBook book : books) {
      for (OrderAction side : OrderAction.values()) {
        resting += book.getOrdersNum(side);
        open += book.getTotalOrdersVolume(side);
      }
    }
    return String.format(
        "{\"nsPerCommand\":%d.%03d,\"gcCount\":%d,\"rssMb\":%d,\"totals\":{\"trades\":%d,\"quantity\":%d,\"notional\":%d,\"resting\":%d,\"restingQuantity\":%d}}",
        took / commands, took % commands * 1000 / commands, collected, residentMegabytes(), trades, quantity, notional, resting, open);
  }

  /** Each command timed by itself, after the books are half full; includes two readings of the clock. */
  private String percentiles() {
    prepare();
    long[] took = new long[commands];
    for (int index = 0; index < commands; index++) {
      long began = System.nanoTime();
      run(index, index + 1);
      took[index] = System.nanoTime() - began;
    }
    long[] sorted = Arrays.copyOfRange(took, commands / 2, commands);
    Arrays.sort(sorted);
    return String.format("{\"p50\":%d,\"p99\":%d,\"p999\":%d}", at(sorted, 0.5), at(sorted, 0.99), at(sorted, 0.999));
  }

  private static long at(long[] sorted, double share) {
    return sorted[(int) Math.floor(sorted.length * share)];
  }

  public static void main(String[] arguments) throws Exception {
    int[] words;
    try (FileChannel file = FileChannel.open(Path.of(arguments[0]))) {
      IntBuffer buffer = file.map(FileChannel.MapMode.READ_ONLY, 0, file.size()).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer();
      words = new int[buffer.remaining()];
      buffer.get(words);
    }
    ExchangeCoreBench bench = new ExchangeCoreBench(words);
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    System.out.println("\"ready\"");
    for (String line = input.readLine(); line != null; line = input.readLine()) System.out.println(line.equals("round") ? bench.round() : bench.percentiles());
  }
}
