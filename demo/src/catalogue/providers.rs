//! The company and its cloud providers, as the bills show them.

/// A cloud provider as its bills show it.
pub(crate) struct Provider {
    pub(crate) key: &'static str,
    pub(crate) name: &'static str,
    /// Who publishes and invoices.
    pub(crate) company: &'static str,
    pub(crate) currency: &'static str,
    /// Hours its clock is ahead of UTC: where its days and months are cut.
    pub(crate) clock_hours: i8,
    pub(crate) payer_id: &'static str,
    pub(crate) payer_name: &'static str,
    pub(crate) payer_type: &'static str,
    /// What its invoice numbers begin with.
    pub(crate) invoice: &'static str,
}

/// The company's name in Chinese.
pub(crate) const COMPANY_ZH: &str = "远梭物流集团";
/// The company's name in English.
pub(crate) const COMPANY_EN: &str = "Yuansuo Logistics Group";

/// The providers, in the order of their bills.
pub(crate) const PROVIDERS: [Provider; 3] = [
    Provider {
        key: "ali",
        name: "Alibaba Cloud",
        company: "阿里云计算有限公司",
        currency: "CNY",
        clock_hours: 8,
        payer_id: "1490230000030001",
        payer_name: COMPANY_ZH,
        payer_type: "Management Account",
        invoice: "ALI",
    },
    Provider {
        key: "tx",
        name: "Tencent Cloud",
        company: "腾讯云计算（北京）有限责任公司",
        currency: "CNY",
        clock_hours: 8,
        payer_id: "100027610001",
        payer_name: COMPANY_ZH,
        payer_type: "Payer Account",
        invoice: "TX",
    },
    Provider {
        key: "aws",
        name: "AWS",
        company: "Amazon Web Services, Inc.",
        currency: "USD",
        clock_hours: 0,
        payer_id: "620194700001",
        payer_name: COMPANY_EN,
        payer_type: "Management Account",
        invoice: "AWS",
    },
];
