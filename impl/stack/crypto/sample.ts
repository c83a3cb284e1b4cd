/**
 * Certificate chains and keys to try the stack with, for each curve. Made by
 * `npm run sample-chains`. The secret keys are public and protect nothing.
 */
import type { Curve } from './suite.ts';

/** What a device proves its identity with. */
export interface Identity {
  /** DER certificates: root, intermediate, leaf. */
  readonly certificates: readonly Uint8Array[];
  /** The leaf's secret scalar, big endian. */
  readonly secretKey: Uint8Array;
}

const base64 = (...lines: readonly string[]): Uint8Array =>
  new Uint8Array(Buffer.from(lines.join(''), 'base64'));

/** Sample identities by curve. */
export const SAMPLE_IDENTITIES: Readonly<Record<Curve['name'], Identity>> = {
  P_256: {
    certificates: [
      base64(
        'MIIBfDCCASOgAwIBAgIBATAKBggqhkjOPQQDAjAlMSMwIQYDVQQDExp0ZGljaGVjayBzYW1wbGUgUC0yNTYg',
        'cm9vdDAgFw0yMDAxMDEwMDAwMDBaGA85OTk5MTIzMTIzNTk1OVowJTEjMCEGA1UEAxMadGRpY2hlY2sgc2Ft',
        'cGxlIFAtMjU2IHJvb3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAARpzAjj3hlUheXfPFqjBA7ITCA6Yhh+',
        '2t3d1K+hY9JQE2FB7IHpCM/wk2OZ4LOANNCvdnTMLPif2zX917LEMVx0o0IwQDAPBgNVHRMBAf8EBTADAQH/',
        'MA4GA1UdDwEB/wQEAwICBDAdBgNVHQ4EFgQUyLrtXrhOUXdEbynpwOraPobbH+8wCgYIKoZIzj0EAwIDRwAw',
        'RAIgPDi95FZyROb4TQGOYSP5eIdxsX51N7KoN+//RXUCtDQCID4Bscqepbsmyr4zLLt3FGV3u3GIMTArEA+A',
        'EFQBGzTp',
      ),
      base64(
        'MIIBhjCCASugAwIBAgIBAjAKBggqhkjOPQQDAjAlMSMwIQYDVQQDExp0ZGljaGVjayBzYW1wbGUgUC0yNTYg',
        'cm9vdDAgFw0yMDAxMDEwMDAwMDBaGA85OTk5MTIzMTIzNTk1OVowLTErMCkGA1UEAxMidGRpY2hlY2sgc2Ft',
        'cGxlIFAtMjU2IGludGVybWVkaWF0ZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPm696LFCdPTc+3qeDPr',
        'LpnVXWjRCQuTPd5Iym9qesxtOPhWyBOBBsxySB24BPgeCaLgd+BrSjNBELh0OLcEISOjQjBAMA8GA1UdEwEB',
        '/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgIEMB0GA1UdDgQWBBTLJktBx0wEzCmf6zkSik/gUUyDkTAKBggqhkjO',
        'PQQDAgNJADBGAiEA77RYAXorz90q+JHGG6ImE7g/4KIT/5K7DqvgHw8l4vYCIQDT68czEYbBsgS2JEtvv0Fs',
        'Pg3VF8N4QYgAyaVkwW/26Q==',
      ),
      base64(
        'MIIBgjCCASigAwIBAgIBAzAKBggqhkjOPQQDAjAtMSswKQYDVQQDEyJ0ZGljaGVjayBzYW1wbGUgUC0yNTYg',
        'aW50ZXJtZWRpYXRlMCAXDTIwMDEwMTAwMDAwMFoYDzk5OTkxMjMxMjM1OTU5WjAlMSMwIQYDVQQDExp0ZGlj',
        'aGVjayBzYW1wbGUgUC0yNTYgbGVhZjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABHa8y6VFJB5R3CCNiXlS',
        'zPS0HKX/cSOK5oIdtVoNNV89elNpw8e0jsrtJFzuDEEGiDO2/FXitO2EmKpOfNSWnt2jPzA9MAwGA1UdEwEB',
        '/wQCMAAwDgYDVR0PAQH/BAQDAgeAMB0GA1UdDgQWBBTWRvKMFOygt6Z2NG8kKZhvOfPcxjAKBggqhkjOPQQD',
        'AgNIADBFAiEAh7dzaYNpMg4TZRVScDHGw1O3pmSrL7/NJy9aM5hazvkCIGVUaMNoQ5p8yZT9Ns/X4PDpaY4e',
        'KZKuc37qeCoPvTA4',
      ),
    ],
    secretKey: base64('q/DHWkDSzdxRW1CmC+Ago23vdbvizL0CCorH4SpRz20='),
  },
  P_384: {
    certificates: [
      base64(
        'MIIBuzCCAUCgAwIBAgIBATAKBggqhkjOPQQDAzAlMSMwIQYDVQQDExp0ZGljaGVjayBzYW1wbGUgUC0zODQg',
        'cm9vdDAgFw0yMDAxMDEwMDAwMDBaGA85OTk5MTIzMTIzNTk1OVowJTEjMCEGA1UEAxMadGRpY2hlY2sgc2Ft',
        'cGxlIFAtMzg0IHJvb3QwdjAQBgcqhkjOPQIBBgUrgQQAIgNiAATfU1+HwnnTdYenTEGIXujFhF86qAmAzqtt',
        'YLAarz4jf2UC5UcJ+okrZju8HpdMyakhIogRdgMnL4/pJotQFfrKxIR8leK5urwUG4/0rpWxRF5yiqq1BZa0',
        '8cWE9M6r6wejQjBAMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgIEMB0GA1UdDgQWBBR+JUfLEQO6',
        '74APqAZ6Hz8dayGK9TAKBggqhkjOPQQDAwNpADBmAjEAvWFjZCpxoZ7LvNZPlSy43JvQ7JNYEyWWspyJ7Z1U',
        'WUK4zZHOeg6iKQhgqqnMXbWGAjEAte7B/N/g0Gprd7xbXvNlb0iuCNPZcMeTL6TwDSp7npDxWVsufNLblYSO',
        '6Zd2Xk/7',
      ),
      base64(
        'MIIBwTCCAUigAwIBAgIBAjAKBggqhkjOPQQDAzAlMSMwIQYDVQQDExp0ZGljaGVjayBzYW1wbGUgUC0zODQg',
        'cm9vdDAgFw0yMDAxMDEwMDAwMDBaGA85OTk5MTIzMTIzNTk1OVowLTErMCkGA1UEAxMidGRpY2hlY2sgc2Ft',
        'cGxlIFAtMzg0IGludGVybWVkaWF0ZTB2MBAGByqGSM49AgEGBSuBBAAiA2IABOAwF9xHVEbuDxWd3/9ryvYg',
        '/kQc2RszwQQ+VFbyY1z4vYUbb+ldnHTLNjEUThvdl4vTJ04h+lr3vBb6w+Z+W45OcMkPDwBDyNaHmuZsFuk5',
        'RD955yzr1mpL8TXQGoXt26NCMEAwDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAgQwHQYDVR0OBBYE',
        'FPO4C8EmaUO0CX1HOAH5pMMXYSeJMAoGCCqGSM49BAMDA2cAMGQCMBqZyjjUk4Wm23cVDuyTDUNhcFe/qwdZ',
        'hPDdyrJZ4OR6HCA4C/hqemF5x35U43Zr3AIwVendUK+9WtpDI8gUkffbQaBHRP0OiJgKHBUiltNfZLJsIyY2',
        'DzuCptpFZGB4q8hF',
      ),
      base64(
        'MIIBvzCCAUWgAwIBAgIBAzAKBggqhkjOPQQDAzAtMSswKQYDVQQDEyJ0ZGljaGVjayBzYW1wbGUgUC0zODQg',
        'aW50ZXJtZWRpYXRlMCAXDTIwMDEwMTAwMDAwMFoYDzk5OTkxMjMxMjM1OTU5WjAlMSMwIQYDVQQDExp0ZGlj',
        'aGVjayBzYW1wbGUgUC0zODQgbGVhZjB2MBAGByqGSM49AgEGBSuBBAAiA2IABKu9zh279HaVwP3n9y5pdEA7',
        'qIoWzegdlDKM+zw7PN90vHjPlgobujnc6cz3oXVVH1YNZ1+jQkevhhI1pFxdyMJHBlYiM4PvS9Vvtp93dLMh',
        'VEn9wV0P0PAC02ZB9W2BVqM/MD0wDAYDVR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCB4AwHQYDVR0OBBYEFDaF',
        '6duwO2cgDCUeUmVaaobGkhhEMAoGCCqGSM49BAMDA2gAMGUCMQDD7UdSIsVF1YNM22KIgxUVkheOIPUHHsUs',
        'x3lollw2/VQ5zGmJrlkUw3E4fFCRBlUCMGOjvMmFEJ9mbPaBUlHW8F54U2P9Av2Js/4pHZMfxmwixvA68Q2l',
        'FdBMaYC5FEY3Pg==',
      ),
    ],
    secretKey: base64('O9pppFp64VSj0QoaXNikP3DwYk3OutQLYECRBjUri6SVENVC87O1RScAfHL/Stqs'),
  },
};
